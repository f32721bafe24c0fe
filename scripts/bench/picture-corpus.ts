import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { jpegOfScans, jpegSegment, withSegment } from '../../tests/lib/avatars/made-jpeg.ts';
import { packedZeros, png, pngChunk } from '../../tests/lib/avatars/made-png.ts';
import { extendedWebp, movingWebp, riffChunk, webpChunks } from '../../tests/lib/avatars/made-webp.ts';

/** The longest file that an upload takes, in bytes. */
const maxBytes = 307_200;

const flat = (side: number) => sharp({ create: { width: side, height: side, channels: 3, background: '#7a5' } });

/** Pictures in every form that the decoders know, small and of the most pixels, and known bombs. */
async function seeds(): Promise<Buffer[]> {
  const all: Buffer[] = [];
  for (const side of [16, 700, 4096]) {
    const lossless = await flat(side).webp({ lossless: true, effort: 0 }).toBuffer();
    all.push(await flat(side).jpeg({ quality: 20 }).toBuffer(), await flat(side).jpeg({ quality: 20, progressive: true }).toBuffer());
    all.push(await flat(side).toColourspace('cmyk').jpeg({ quality: 20 }).toBuffer(), jpegOfScans(side, 40));
    all.push(png({ width: side, height: side }), png({ width: side, height: side, depth: 16, colour: 6, isInterlaced: true }));
    all.push(await flat(side).png({ palette: true }).toBuffer(), await flat(side).gif({ effort: 1 }).toBuffer());
    all.push(lossless, await flat(side).webp().toBuffer(), movingWebp(lossless, side, side, 100));
    all.push(
      extendedWebp(side, side, 0x0c, webpChunks(lossless), riffChunk('EXIF', randomBytes(300)), riffChunk('XMP ', randomBytes(300))),
    );
  }
  const text = Buffer.concat([Buffer.from('Comment\0\0'), packedZeros(29_000_000)]);
  const profile = Buffer.concat([Buffer.from('icc\0\0'), packedZeros(29_000_000)]);
  all.push(png({ width: 8, height: 8, before: Array<Buffer>(10).fill(pngChunk('zTXt', text)) }));
  all.push(png({ width: 8, height: 8, before: Array<Buffer>(10).fill(pngChunk('iCCP', profile)) }));
  all.push(withSegment(await flat(700).jpeg().toBuffer(), 0xe1, Buffer.concat([Buffer.from('Exif\0\0'), randomBytes(60_000)])));
  all.push(Buffer.concat([Buffer.from([0xff, 0xd8]), ...Array<Buffer>(60_000).fill(jpegSegment(0xfe, Buffer.alloc(0)))]));
  return all.filter(({ length }) => length <= maxBytes);
}

/** Numbers from 0 to `below` that are the same in every run (a linear congruential generator, Numerical Recipes §7.1). */
function dice(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** So many files of at most `maxBytes`: the seeds, and the seeds with bytes changed, cut out, repeated, and numbers made large. */
export async function* pictureCorpus(count: number): AsyncGenerator<Buffer> {
  const whole = await seeds();
  yield* whole.slice(0, count);
  const roll = dice(20_261_130);
  const changes: readonly ((file: Buffer) => Buffer)[] = [
    (file) => {
      for (let changed = roll(8); changed >= 0; changed -= 1) file.writeUInt8(roll(256), roll(file.length));
      return file;
    },
    (file) => {
      file.writeUInt32BE([0, 1, 0x1000, 0x7fffffff, 0xffffffff][roll(5)] ?? 0, roll(Math.max(1, Math.min(file.length - 4, 64))));
      return file;
    },
    (file) => {
      const at = roll(file.length);
      return Buffer.concat([file.subarray(0, at), file.subarray(Math.min(file.length, at + roll(64)))]);
    },
    (file) => {
      const at = roll(file.length);
      return Buffer.concat([file.subarray(0, at), file.subarray(at, at + roll(4096)), file.subarray(at)]);
    },
    (file) => file.subarray(0, roll(file.length)),
  ];
  for (let made = whole.length; made < count; ) {
    const seed = whole[roll(whole.length)];
    const changed = seed && changes[roll(changes.length)]?.(Buffer.from(seed));
    if (!changed || changed.length > maxBytes) continue;
    made += 1;
    yield changed;
  }
}
