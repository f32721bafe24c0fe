import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exif, jpegOfScans, jpegSegment, withSegment } from './made-jpeg.ts';
import { packedZeros, png, pngChunk } from './made-png.ts';
import { extendedWebp, movingWebp, webpChunks } from './made-webp.ts';
import type { Measured } from './measure.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('./measure.ts', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bombs-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function measure(...bombs: Buffer[]): Promise<Measured[]> {
  const paths = bombs.map((bomb, index) => {
    expect(bomb.length, 'what is longer never gets this far').toBeLessThanOrEqual(307_200);
    const path = join(folder, `bomb-${index}`);
    writeFileSync(path, bomb);
    return path;
  });
  return JSON.parse((await run(process.execPath, [program, ...paths])).stdout) as Measured[];
}

const flat = (side: number) => sharp({ create: { width: side, height: side, channels: 3, background: '#888' } });

/** A GIF of 8 by 8 pixels that claims another screen, or another first frame. */
async function gifThatClaims(part: 'screen' | 'frame', width: number, height: number): Promise<Buffer> {
  const gif = await flat(8).gif().toBuffer();
  const at = part === 'screen' ? 6 : gif.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, 8, 0, 8, 0])) + 5;
  gif.writeUInt16LE(width, at);
  gif.writeUInt16LE(height, at + 2);
  return gif;
}

function jpegThatClaims(jpeg: Buffer, side: number): Buffer {
  const at = jpeg.indexOf(Buffer.from([0xff, 0xc0])) + 5;
  jpeg.writeUInt16BE(side, at);
  jpeg.writeUInt16BE(side, at + 2);
  return jpeg;
}

async function webpThatClaims(side: number): Promise<Buffer> {
  return extendedWebp(side, side, 0, webpChunks(await flat(16).webp().toBuffer()));
}

const packedText = (bytes: number) => pngChunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0'), packedZeros(bytes)]));

const refused: readonly (readonly [string, () => Buffer | Promise<Buffer>])[] = [
  ['a PNG of 30,000 by 30,000 pixels in 109 kB', () => png({ width: 30_000, height: 30_000, depth: 1, colour: 0 })],
  ['a PNG that claims two thousand million pixels a side', () => png({ width: 0x7fffffff, height: 0x7fffffff, pixels: packedZeros(9) })],
  ['a GIF with a screen of 65,535 pixels a side', () => gifThatClaims('screen', 65_535, 65_535)],
  ['a GIF with a frame far larger than its screen', () => gifThatClaims('frame', 65_535, 256)],
  ['a WebP with a canvas of 16,777,216 pixels a side', () => webpThatClaims(16_777_216)],
  ['a WebP with a canvas that its picture does not fill', () => webpThatClaims(4096)],
  ['a JPEG that claims 65,500 pixels a side', async () => jpegThatClaims(await flat(64).jpeg().toBuffer(), 65_500)],
  ['a JPEG that claims 4096 pixels a side and has 64', async () => jpegThatClaims(await flat(64).jpeg().toBuffer(), 4096)],
  ['a JPEG of 4096 pixels a side that breaks off', async () => (await flat(4096).jpeg({ quality: 20 }).toBuffer()).subarray(0, 60_000)],
  ['a JPEG of 65 scans', () => jpegOfScans(4096, 65)],
  ['a JPEG of 6,000 scans', () => jpegOfScans(4096, 6000)],
  ['a PNG of 4096 pixels a side that breaks off', () => png({ width: 4096, height: 4096 }).subarray(0, 40_000)],
  ['a PNG whose pixels do not unpack', () => png({ width: 4096, height: 4096, pixels: Buffer.alloc(300_000, 7) })],
];

/** One process gets all of them: a refused file must leave its memory as small as it was. */
describe('a file that is refused', () => {
  let measured: Measured[];
  beforeAll(async () => {
    measured = await measure(...(await Promise.all(refused.map(async ([, bomb]) => await bomb()))));
  });

  test.for(refused.map(([name], index) => [name, index] as const))('%s is refused within 200 ms and 50 MB', ([, index]) => {
    expect(measured[index]?.outcome).toBe('invalid_image');
    expect(measured[index]?.milliseconds).toBeLessThan(200);
    expect(measured[index]?.megabytes).toBeLessThan(50);
  });
});

test.for<[string, number, number, () => Buffer | Promise<Buffer>]>([
  ['a PNG of 4096 pixels a side, all black', 400, 60, () => png({ width: 4096, height: 4096 })],
  ['the same with 16 bits and transparency', 1500, 110, () => png({ width: 4096, height: 4096, depth: 16, colour: 6 })],
  ['the same interlaced', 2500, 250, () => png({ width: 4096, height: 4096, depth: 16, colour: 6, isInterlaced: true })],
  ['a GIF of 4096 pixels a side', 800, 150, () => flat(4096).gif({ effort: 1 }).toBuffer()],
  ['a lossless WebP of 4096 pixels a side in 40 bytes', 600, 60, () => flat(4096).webp({ lossless: true, effort: 0 }).toBuffer()],
  [
    'a progressive JPEG of 4096 pixels a side',
    800,
    150,
    () => flat(4096).jpeg({ quality: 20, progressive: true, chromaSubsampling: '4:4:4' }).toBuffer(),
  ],
  ['a JPEG of 64 scans', 800, 100, () => jpegOfScans(4096, 64)],
  ['a PNG with 290 MB behind its last pixel', 400, 30, () => png({ width: 64, height: 64, pixels: packedZeros(290_000_000) })],
  [
    'a PNG with 270 MB of packed text',
    400,
    30,
    () => png({ width: 64, height: 64, before: Array<Buffer>(34).fill(packedText(7_900_000)) }),
  ],
  [
    'a PNG with ten packed texts of 25 MB each',
    400,
    30,
    () => png({ width: 8, height: 8, before: Array<Buffer>(10).fill(packedText(25_000_000)) }),
  ],
  [
    'a PNG with ten packed international texts of 25 MB each',
    400,
    30,
    () =>
      png({
        width: 8,
        height: 8,
        before: Array<Buffer>(10).fill(pngChunk('iTXt', Buffer.concat([Buffer.from('Comment\0\x01\0\0\0'), packedZeros(25_000_000)]))),
      }),
  ],
  [
    'a PNG with a colour profile of 290 MB',
    400,
    30,
    () => png({ width: 64, height: 64, before: [pngChunk('iCCP', Buffer.concat([Buffer.from('icc\0\0'), packedZeros(290_000_000)]))] }),
  ],
  [
    'a PNG with 800 colour profiles of 262 kB each',
    400,
    30,
    () =>
      png({
        width: 8,
        height: 8,
        before: Array<Buffer>(800).fill(pngChunk('iCCP', Buffer.concat([Buffer.from('icc\0\0'), packedZeros(262_000)]))),
      }),
  ],
  [
    'a PNG of 20,000 chunks',
    400,
    30,
    () => png({ width: 64, height: 64, before: Array<Buffer>(20_000).fill(pngChunk('tEXt', Buffer.from('a\0'))) }),
  ],
  [
    'a WebP of 2,000 frames of 4096 pixels a side',
    800,
    60,
    async () => movingWebp(await flat(4096).webp({ lossless: true, effort: 0 }).toBuffer(), 4096, 4096, 2000),
  ],
  [
    'a JPEG of 70,000 comments',
    400,
    30,
    async () =>
      Buffer.concat([
        Buffer.from([0xff, 0xd8]),
        ...Array<Buffer>(70_000).fill(jpegSegment(0xfe, Buffer.alloc(0))),
        (await flat(64).jpeg().toBuffer()).subarray(2),
      ]),
  ],
  [
    'a JPEG whose EXIF points everywhere',
    400,
    30,
    async () =>
      withSegment(
        await flat(64).jpeg().toBuffer(),
        0xe1,
        Buffer.concat([Buffer.from('Exif\0\0'), exif(1, 'little-endian', ''), Buffer.alloc(65_000, 7)]),
      ),
  ],
])('%s is stored within %i ms and %i MB', async ([, mostMilliseconds, mostMegabytes, heavy]) => {
  const [measured] = await measure(await heavy());
  expect(measured?.outcome).toBe('stored');
  expect(measured?.milliseconds).toBeLessThan(mostMilliseconds);
  expect(measured?.megabytes).toBeLessThan(mostMegabytes);
});
