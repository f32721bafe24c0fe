import { drawingParts } from './drawing-parts.ts';
import { readPictureHeader } from './picture-header.ts';

/** The longest side of a stored picture, in pixels. Clients show faces small: 512 is sharp at 170 points on a phone. */
export const storedSide = 512;

/** No picture is larger than its pixels without compression, in bytes. */
const maxBytes = storedSide * storedSide * 4;

/**
 * Reduces a decoder's answer to what is stored: one WebP of at most 512 pixels a side with only the parts that draw it. A decoder that a hostile
 * file has taken over can so store a wrong picture, and no page, script or other format. Throws an Error for any other answer.
 */
export function storedPicture(answer: Uint8Array): Uint8Array {
  const header = answer.length <= maxBytes ? readPictureHeader(answer) : undefined;
  const isOurs = header?.format === 'webp' && header.width <= storedSide && header.height <= storedSide;
  const parts = isOurs ? drawingParts(answer, 'webp') : 'no such header';
  if (typeof parts === 'string') throw new Error(`the decoder answered no WebP to store: ${parts}`);
  return parts;
}
