import sharp from 'sharp';
import type { Decoded } from './picture-decoder.ts';
import { maxSide } from './picture-header.ts';
import { storedSide } from './stored-picture.ts';

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
 * Makes a WebP in sRGB, upright, its longer side at most 512 pixels, without EXIF, XMP or ICC, of an animation the first frame. A picture is
 * never enlarged or cropped: clients cut out a circle or a square. Never throws.
 */
export async function decodePicture(parts: Uint8Array): Promise<Decoded> {
  try {
    const picture = await sharp(parts, { failOn: 'warning', limitInputPixels: maxSide * maxSide, pages: 1 })
      .autoOrient()
      .resize({ width: storedSide, height: storedSide, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 85, smartSubsample: true })
      .timeout({ seconds: 6 })
      .toBuffer();
    return { picture };
  } catch (error) {
    return { invalid: error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 200) : 'not decoded' };
  }
}
