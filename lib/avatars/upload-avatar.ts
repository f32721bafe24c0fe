import { isOurFault, Problem } from '#lib/problem.ts';
import type { Rate } from '#lib/rate.ts';
import type { Throttle } from '#lib/throttle/throttle.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import { discardPicture } from './discard-picture.ts';
import type { PictureDecoder } from './picture-decoder.ts';
import type { PictureStore } from './picture-store.ts';
import { reencodePicture } from './reencode-picture.ts';

type Needs = {
  readonly throttle: Pick<Throttle, 'spend' | 'giveBack'>;
  readonly rate: Rate;
  readonly decoder: PictureDecoder;
  readonly pictures: Pick<PictureStore, 'put' | 'remove'>;
  readonly users: Pick<UserStore, 'setAvatar'>;
  readonly newName: () => string;
};

/**
 * Makes an uploaded file the user's picture and returns its name. Throws `throttled`, `invalid_image`, and
 * `user_not_found` if the user was deleted meanwhile. The picture is stored before the row names it, and the old one is
 * removed after that, so a crash leaves at most a picture that no row names, which the sweep removes.
 */
export async function uploadAvatar(needs: Needs, userId: string, bytes: Uint8Array): Promise<string> {
  const { throttle, rate, decoder, pictures, newName } = needs;
  const spent = await throttle.spend({ name: 'avatar-user', rate, subject: userId });
  try {
    const picture = await reencodePicture(decoder, bytes);
    const name = newName();
    await pictures.put(name, picture, userId);
    await show(needs, userId, name);
    return name;
  } catch (error) {
    if (isOurFault(error)) await throttle.giveBack(...spent).catch(() => undefined); // the first error is the one to report
    throw error;
  }
}

/**
 * Writes the picture's name to the row, and removes the previous picture. If the write fails without a clear answer, it
 * may still have happened, so the new picture stays: a surplus picture is better than a row that names a missing one.
 */
async function show({ users, pictures }: Needs, userId: string, name: string): Promise<void> {
  const change = await users.setAvatar(userId, name);
  if (change === 'absent') {
    await discardPicture(pictures, name);
    throw new Problem('user_not_found', { reason: 'user deleted during an upload' });
  }
  if (change.previous !== undefined) await discardPicture(pictures, change.previous);
}
