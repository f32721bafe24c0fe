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
 * Removes what a deleted user left behind: their picture, their sessions, their API tokens. What came after the deletion stays: an imported
 * id can be imported again, and whoever has it then is somebody else. Each of the three is tried, whatever becomes of the others; where one
 * fails this throws, and may be called again.
 */
export async function clearAway(needs: Needs, { userId, picture, at }: Pick<Event, 'userId' | 'picture' | 'at'>): Promise<void> {
  const outcomes = await Promise.allSettled([
    removePicture(needs, userId, picture),
    needs.sessions.clearAway(userId, at),
    needs.apiTokens.clearAway(userId, at),
  ]);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

/** A restored backup may have brought the user back with the very picture. */
async function removePicture({ pictures, users }: Needs, userId: string, picture: string | undefined): Promise<void> {
  if (picture === undefined) return;
  if (!isPictureName(picture)) throw new Error('the event names a picture that cannot be one');
  const shown = await users.avatarsOf([userId]);
  if (shown.get(userId) !== picture) await pictures.remove(picture);
}
