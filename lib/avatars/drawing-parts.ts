import { drawingPartsOfGif } from './parts-of-gif.ts';
import { drawingPartsOfJpeg } from './parts-of-jpeg.ts';
import { drawingPartsOfPng } from './parts-of-png.ts';
import { drawingPartsOfWebp } from './parts-of-webp.ts';
import type { PictureHeader } from './picture-header.ts';

const partsIn: Readonly<Record<PictureHeader['format'], (file: Buffer) => readonly Uint8Array[] | string>> = {
  gif: drawingPartsOfGif,
  jpeg: drawingPartsOfJpeg,
  png: drawingPartsOfPng,
  webp: drawingPartsOfWebp,
};

/**
 * The same picture with only the parts that draw it: pixels, palette, transparency, colour profile and orientation. Texts,
 * previews, further frames and everything behind the end of the picture are left out, so no decoder unpacks or parses them.
 * Answers a text that says what is wrong if the file ends inside a part or has a part that no decoder may skip. Each part
 * is walked by its length, once; only a colour profile is unpacked, up to its limit.
 */
export function drawingParts(file: Uint8Array, format: PictureHeader['format']): Uint8Array | string {
  const buffer = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  try {
    const parts = partsIn[format](buffer);
    return typeof parts === 'string' ? parts : Buffer.concat(parts);
  } catch (error) {
    if (error instanceof RangeError) return `${format} that ends inside a part`;
    throw error;
  }
}
