import sharp from 'sharp';
import { Problem } from '#lib/problem.ts';
import { readPictureHeader } from './picture-header.ts';

/** The most pixels a side of an uploaded picture may have. */
const maxSide = 4096;

/** The most pixels a side of a stored picture has. Clients show faces small: 512 is a sharp 170-point circle on a phone. */
const storedSide = 512;

/**
 * The most scans a progressive JPEG may have; encoders write about ten. Each makes the decoder walk the whole picture again
 * for as little as 37 bytes: 6,000 of them in 255 kB took 8.7 s, 64 take 0.15 s.
 */
const maxScans = 64;

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
  const doubt = doubtAbout(bytes);
  if (doubt) throw invalidImage(doubt);
  try {
    return await sharp(bytes, { failOn: 'warning', limitInputPixels: maxSide * maxSide, pages: 1 })
      .autoOrient()
      .resize({ width: storedSide, height: storedSide, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 85, smartSubsample: true })
      .timeout({ seconds: 10 })
      .toBuffer();
  } catch (cause) {
    throw invalidImage(cause instanceof Error ? cause.message.replace(/\s+/g, ' ') : 'not decoded', cause);
  }
}

/** Why a file need not be decoded at all. */
function doubtAbout(bytes: Uint8Array): string | undefined {
  const header = readPictureHeader(bytes);
  if (!header) return 'not a JPEG, PNG, WebP or GIF';
  const { format, width, height } = header;
  if (width < 1 || height < 1 || width > maxSide || height > maxSide) return `${format} of ${width} by ${height} pixels`;
  if (format === 'jpeg' && startsOfScan(bytes) > maxScans) return 'jpeg of too many scans';
  return undefined;
}

/**
 * How often the marker of a scan stands in a file. It can stand in metadata too, once in 64 kB of random bytes, but no scan
 * begins without it (ITU-T T.81 §B.2.3), so there is no way to hide one from this count.
 */
function startsOfScan(bytes: Uint8Array): number {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const marker = Buffer.of(0xff, 0xda);
  let count = 0;
  for (let at = file.indexOf(marker); at >= 0; at = file.indexOf(marker, at + 2)) count += 1;
  return count;
}

const invalidImage = (reason: string, cause?: unknown) =>
  new Problem('invalid_image', { values: { side: maxSide }, reason: reason.slice(0, 200), cause });
