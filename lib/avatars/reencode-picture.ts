import sharp from 'sharp';
import { Problem } from '#lib/problem.ts';
import { drawingParts } from './drawing-parts.ts';
import { readPictureHeader } from './picture-header.ts';

/** The longest side of an uploaded picture, in pixels. */
const maxSide = 4096;

/** The longest side of a stored picture, in pixels. Clients show faces small: 512 is sharp at 170 points on a phone. */
const storedSide = 512;

/** Whatever libvips can read is blocked but these: no SVG, PDF, TIFF, HEIF or raw pixels, whatever a file begins with. */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer', 'VipsForeignLoadNsgifBuffer'],
});
sharp.cache(false);
// One thread: a Lambda under 1,770 MB has no second core, and each thread would need memory for its own strip of
// pixels.
sharp.concurrency(1);

/**
 * Re-encodes an uploaded picture: WebP in sRGB, upright, its longer side at most 512 pixels (never enlarged or cropped:
 * clients cut out a circle or a square), of an animation the first frame. The result has only what can be seen: no
 * EXIF, XMP or ICC, and no bytes after the picture's end. Throws `invalid_image` if the file is not one complete JPEG,
 * PNG, WebP or GIF of at most 4096 pixels a side.
 */
export async function reencodePicture(bytes: Uint8Array): Promise<Uint8Array> {
  const parts = drawable(bytes);
  if (typeof parts === 'string') throw invalidImage(parts);
  try {
    return await sharp(parts, { failOn: 'warning', limitInputPixels: maxSide * maxSide, pages: 1 })
      .autoOrient()
      .resize({ width: storedSide, height: storedSide, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 85, smartSubsample: true })
      .timeout({ seconds: 10 })
      .toBuffer();
  } catch (cause) {
    throw invalidImage(cause instanceof Error ? cause.message.replace(/\s+/g, ' ') : 'not decoded', cause);
  }
}

/** What of a file draws, or why the decoder does not get to see it. */
function drawable(bytes: Uint8Array): Uint8Array | string {
  const header = readPictureHeader(bytes);
  if (!header) return 'not a JPEG, PNG, WebP or GIF';
  const { format, width, height } = header;
  if (width < 1 || height < 1 || width > maxSide || height > maxSide) return `${format} of ${width} by ${height} pixels`;
  return drawingParts(bytes, format);
}

const invalidImage = (reason: string, cause?: unknown) =>
  new Problem('invalid_image', { values: { side: maxSide }, reason: reason.slice(0, 200), cause });
