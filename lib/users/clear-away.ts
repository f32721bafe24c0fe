import type { ApiTokenStore } from '#lib/api-tokens/api-token-store.ts';
import { isPictureName } from '#lib/avatars/picture-name.ts';
import type { PictureStore } from '#lib/avatars/picture-store.ts';
import type { Event } from '#lib/outbox/event.ts';
import type { SessionStore } from '#lib/sessions/session-store.ts';
import type { UserStore } from './user-store.ts';

type Needs = {
  readonly pictures: Pick<PictureStore, 'remove'>;
  readonly sessions: Pick<SessionStore, 'clearAway'>;
  readonly apiTokens: Pick<ApiTokenStore, 'clearAway'>;
  readonly users: Pick<UserStore, 'avatarsOf'>;
};

/**
 * Removes the picture, sessions and API tokens of a deleted user. Rows made after the deletion stay: the same id can be
 * imported again and belongs to another account then. Tries all three even if one fails, and throws then; it can be
 * repeated.
 */
export async function clearAway(needs: Needs, { userId, picture, at }: Pick<Event, 'userId' | 'picture' | 'at'>): Promise<void> {
  const outcomes = await Promise.allSettled([
    removePicture(needs, { userId, picture }),
    needs.sessions.clearAway(userId, at),
    needs.apiTokens.clearAway(userId, at),
  ]);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

/**
 * Removes a picture that the user no longer shows. It can be repeated. A restored backup may have brought back the user
 * with the same picture.
 */
export async function removePicture(
  { pictures, users }: Pick<Needs, 'pictures' | 'users'>,
  { userId, picture }: Pick<Event, 'userId' | 'picture'>,
): Promise<void> {
  if (picture === undefined) return;
  if (!isPictureName(picture)) throw new Error('the event names a picture that cannot be one');
  const shown = await users.avatarsOf([userId]);
  if (shown.get(userId) !== picture) await pictures.remove(picture);
}
