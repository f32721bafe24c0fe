import sharp from 'sharp';
import { Problem } from '#lib/problem.ts';
import { drawingParts } from './drawing-parts.ts';
import { readPictureHeader } from './picture-header.ts';

/** The most pixels a side of an uploaded picture may have. */
const maxSide = 4096;

/** The most pixels a side of a stored picture has. Clients show faces small: 512 is a sharp 170-point circle on a phone. */
const storedSide = 512;

/** Whatever libvips can read is blocked but these: no SVG, PDF, TIFF, HEIF or raw pixels, whatever a file begins with. */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer', 'VipsForeignLoadNsgifBuffer'],
});
sharp.cache(false);
// One picture at a time: a Lambda under 1,770 MB has no second core, and each thread would add its own strip of pixels.
sharp.concurrency(1);

/**
 * The picture in an uploaded file, made anew: WebP in sRGB, upright, at most `storedSide` pixels on its longer side (never
 * enlarged, never cropped: a client that wants a circle or a square cuts it out), its first frame where it moves. Nothing
 * of the file but what can be seen is in the result: no EXIF, XMP or ICC, nothing behind the picture's end. Throws
 * `invalid_image` for whatever is not one whole JPEG, PNG, WebP or GIF of at most `maxSide` pixels a side.
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
