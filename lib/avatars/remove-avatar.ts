import { Problem } from '#lib/problem.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import { discardPicture } from './discard-picture.ts';
import type { PictureStore } from './picture-store.ts';

type Needs = { readonly pictures: Pick<PictureStore, 'remove'>; readonly users: Pick<UserStore, 'setAvatar'> };

/**
 * Removes the user's picture, first from the row and then from the store, so that the row never names a missing
 * picture. If the user has none, nothing happens. Throws `user_not_found`.
 */
export async function removeAvatar({ users, pictures }: Needs, userId: string): Promise<void> {
  const change = await users.setAvatar(userId, undefined);
  if (change === 'absent') throw new Problem('user_not_found', { reason: 'user deleted before their picture' });
  if (change.previous !== undefined) await discardPicture(pictures, change.previous);
}
