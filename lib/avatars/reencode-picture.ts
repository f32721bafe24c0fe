import { Problem } from '#lib/problem.ts';
import { drawingParts } from './drawing-parts.ts';
import type { PictureDecoder } from './picture-decoder.ts';
import { maxSide, readPictureHeader } from './picture-header.ts';
import { storedPicture } from './stored-picture.ts';

/**
 * Re-encodes an uploaded picture: a WebP of at most 512 pixels a side that has only what can be seen, with no bytes after the picture's end.
 * The decoder is given only the parts that draw. Throws `invalid_image` if the file is not one complete JPEG, PNG, WebP or GIF of at most
 * 4096 pixels a side.
 */
export async function reencodePicture(decoder: PictureDecoder, bytes: Uint8Array): Promise<Uint8Array> {
  const parts = drawable(bytes);
  if (typeof parts === 'string') throw invalidImage(parts);
  const decoded = await decoder.decode(parts);
  if ('invalid' in decoded) throw invalidImage(decoded.invalid);
  return storedPicture(decoded.picture);
}

/** What of a file draws, or why the decoder does not get to see it. */
function drawable(bytes: Uint8Array): Uint8Array | string {
  const header = readPictureHeader(bytes);
  if (!header) return 'not a JPEG, PNG, WebP or GIF';
  const { format, width, height } = header;
  if (width < 1 || height < 1 || width > maxSide || height > maxSide) return `${format} of ${width} by ${height} pixels`;
  return drawingParts(bytes, format);
}

const invalidImage = (reason: string) => new Problem('invalid_image', { values: { side: maxSide }, reason: reason.slice(0, 200) });
