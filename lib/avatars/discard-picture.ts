import { describeError, log } from '#lib/log.ts';
import type { PictureStore } from './picture-store.ts';

/** Removes a picture that no user shows any more. If that fails, it is logged and the sweep removes it later. */
export async function discardPicture(pictures: Pick<PictureStore, 'remove'>, name: string): Promise<void> {
  try {
    await pictures.remove(name);
  } catch (error) {
    log.warn('picture_left_behind', { picture: name, ...describeError(error) });
  }
}
