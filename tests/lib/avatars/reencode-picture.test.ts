import sharp from 'sharp';
import { expect, test } from 'vitest';
import { exif, withSegment } from './made-jpeg.ts';
import { packedZeros, png, pngChunk } from './made-png.ts';
import { extendedWebp, movingWebp, riffChunk, webpChunks } from './made-webp.ts';
import { reencoded } from './reencoded.ts';

/** Left half red, right half blue, so that rotation and mirroring are visible. */
const redAndBlue = (width = 64, height = 32) =>
  sharp({ create: { width, height, channels: 3, background: '#f00' } }).composite([
    { input: { create: { width: width / 2, height, channels: 3, background: '#00f' } }, left: width / 2, top: 0 },
  ]);

const small = {
  jpeg: await redAndBlue().jpeg({ quality: 95 }).toBuffer(),
  'progressive jpeg': await redAndBlue().jpeg({ progressive: true }).toBuffer(),
  'cmyk jpeg': await redAndBlue().toColourspace('cmyk').jpeg().toBuffer(),
  'grey jpeg': await redAndBlue().greyscale().jpeg().toBuffer(),
  png: await redAndBlue().png().toBuffer(),
  'png with a palette': await redAndBlue().png({ palette: true }).toBuffer(),
  'interlaced png': await redAndBlue().png({ progressive: true }).toBuffer(),
  'png of 16 bits': await redAndBlue().toColourspace('rgb16').png().toBuffer(),
  'lossy webp': await redAndBlue().webp().toBuffer(),
  'lossless webp': await redAndBlue().webp({ lossless: true }).toBuffer(),
  gif: await redAndBlue().gif().toBuffer(),
};

const refusal = { code: 'invalid_image', status: 400, options: { values: { side: 4096 } } };

const stored = async (file: Uint8Array) => {
  const webp = Buffer.from(await reencoded(file));
  const { data, info } = await sharp(webp).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const colourAt = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
  return { webp, width: info.width, height: info.height, colourAt };
};

const isRed = ([r = 0, , b = 0]: number[]) => r > 180 && b < 80;

test.for(Object.entries(small))('a %s becomes a WebP of its size and colours', async ([kind, file]) => {
  const { webp, width, height, colourAt } = await stored(file);
  expect([webp.toString('latin1', 0, 4), webp.toString('latin1', 8, 12)]).toEqual(['RIFF', 'WEBP']);
  expect([width, height]).toEqual([64, 32]);
  if (kind !== 'grey jpeg') expect([isRed(colourAt(8, 16)), isRed(colourAt(56, 16))]).toEqual([true, false]);
});

test('a large picture is scaled to fit 512 by 512, uncropped and undistorted', async () => {
  const { width, height } = await stored(await redAndBlue(2000, 1000).jpeg().toBuffer());
  expect([width, height]).toEqual([512, 256]);
});

test('a picture of one pixel stays as it is', async () => {
  const { width, height } = await stored(png({ width: 1, height: 1 }));
  expect([width, height]).toEqual([1, 1]);
});

test.for([
  [1, [64, 32], true],
  [2, [64, 32], false],
  [3, [64, 32], false],
  [4, [64, 32], true],
  [5, [32, 64], true],
  [6, [32, 64], true],
  [7, [32, 64], false],
  [8, [32, 64], false],
] as const)('orientation %i of a camera is applied, in both byte orders', async ([orientation, size, isRedFirst]) => {
  for (const order of ['big-endian', 'little-endian'] as const) {
    const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif(orientation, order, 'somebody')]);
    const { width, height, colourAt } = await stored(withSegment(small.jpeg, 0xe1, body));
    expect([width, height]).toEqual(size);
    expect(isRed(colourAt(8, 8))).toBe(isRedFirst);
  }
});

test('colours of another colour space are converted, and the profile is removed', async () => {
  const red = { create: { width: 16, height: 16, channels: 3, background: '#c04040' } } as const;
  const wide = await sharp(red).withIccProfile('p3').png().toBuffer();
  const plain = (await sharp(wide).removeAlpha().raw().toBuffer()).subarray(0, 3);
  const numbers = await sharp(wide, { ignoreIcc: true }).removeAlpha().raw().toBuffer();
  expect([...numbers.subarray(0, 3)]).not.toEqual([0xc0, 0x40, 0x40]);
  const { webp, colourAt } = await stored(wide);
  expect(webp.includes('ICCP')).toBe(false);
  for (const [channel, value] of colourAt(8, 8).entries()) expect(Math.abs(value - (plain[channel] ?? 0))).toBeLessThan(12);
});

test('transparent parts stay transparent', async () => {
  const clear = await sharp({ create: { width: 8, height: 8, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } } })
    .png()
    .toBuffer();
  const { channels } = await sharp(Buffer.from(await reencoded(clear))).metadata();
  expect(channels).toBe(4);
});

test('the first frame of an animation is kept', async () => {
  const mirrored = await sharp(small.png).flop().png().toBuffer();
  const movingGif = await sharp([small.png, mirrored], { join: { animated: true } })
    .gif({ loop: 0 })
    .toBuffer();
  expect((await sharp(movingGif, { pages: -1 }).metadata()).pages).toBe(2);
  for (const file of [movingGif, movingWebp(small['lossless webp'], 64, 32, 3)]) {
    const { webp, height, colourAt } = await stored(file);
    expect([webp.includes('ANIM'), height, isRed(colourAt(8, 16))]).toEqual([false, 32, true]);
  }
});

const secret = 'GPS-51.4778N-0.0015W<?php system($_GET[0]); ?>PK\x03\x04';
const exifBody = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif(1, 'little-endian', secret)]);
const note = Buffer.from(secret, 'latin1');

test.for<[string, Buffer]>([
  ['EXIF of a JPEG', withSegment(small.jpeg, 0xe1, exifBody)],
  ['XMP of a JPEG', withSegment(small.jpeg, 0xe1, Buffer.concat([Buffer.from('http://ns.adobe.com/xap/1.0/\0'), note]))],
  ['a comment of a JPEG', withSegment(small.jpeg, 0xfe, note)],
  ['text after the end of a JPEG', Buffer.concat([small.jpeg, note])],
  ['a text in a PNG', png({ width: 8, height: 8, before: [pngChunk('tEXt', Buffer.concat([Buffer.from('Comment\0'), note]))] })],
  ['EXIF of a PNG', png({ width: 8, height: 8, before: [pngChunk('eXIf', exif(1, 'big-endian', secret))] })],
  ['an unknown chunk of a PNG', png({ width: 8, height: 8, before: [pngChunk('prVt', note)] })],
  ['text after the end of a PNG', Buffer.concat([small.png, note])],
  ['text after the end of a GIF', Buffer.concat([small.gif, note])],
  ['text after the end of a WebP', Buffer.concat([small['lossy webp'], note])],
  [
    'EXIF and XMP of a WebP',
    extendedWebp(64, 32, 0x0c, webpChunks(small['lossy webp']), riffChunk('EXIF', exifBody.subarray(6)), riffChunk('XMP ', note)),
  ],
])('%s is not in the stored picture', async ([, file]) => {
  expect(file.includes(secret)).toBe(true);
  const webp = Buffer.from(await reencoded(file));
  for (const part of [secret, '<?php', 'GPS', 'PK\x03\x04', 'EXIF', 'Exif', 'XMP']) expect(webp.includes(part)).toBe(false);
});

const image = () => sharp({ create: { width: 8, height: 8, channels: 3, background: '#00f' } });

test.for<[string, Buffer]>([
  ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>')],
  ['an SVG with a GIF’s first letters', Buffer.from('GIF89a<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>')],
  ['an AVIF', await image().avif().toBuffer()],
  ['a TIFF', await image().tiff().toBuffer()],
  ['a PDF', Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj')],
  ['an icon', Buffer.concat([Buffer.from([0, 0, 1, 0, 1, 0]), Buffer.alloc(64)])],
  ['a BMP', Buffer.concat([Buffer.from('BM'), Buffer.alloc(64)])],
  ['a page of HTML', Buffer.from('<!doctype html><script>alert(1)</script>')],
  ['a text', Buffer.from('{"avatar": true}')],
  ['one byte', Buffer.from([0xff])],
  ['a signature alone', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
  ['noise', Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) & 255))],
])('%s is refused', async ([, file]) => {
  await expect(reencoded(file)).rejects.toMatchObject(refusal);
});

test('libvips can only load the four formats, and only from memory', async () => {
  for (const file of [await image().tiff().toBuffer(), await image().avif().toBuffer(), Buffer.from('<svg width="8" height="8"/>')]) {
    await expect(sharp(file).metadata()).rejects.toThrow('unsupported image format');
  }
  await expect(sharp(import.meta.filename).metadata()).rejects.toThrow('unsupported image format');
});

test.for(Object.entries(small))('an incomplete %s is refused', async ([, file]) => {
  for (const share of [0.1, 0.5, 0.9]) {
    await expect(reencoded(file.subarray(0, Math.floor(file.length * share)))).rejects.toMatchObject(refusal);
  }
});

test('a PNG with a wrong checksum, of header or pixels, is refused', async () => {
  for (const at of [29, small.png.length - 16]) {
    const broken = Buffer.from(small.png);
    broken[at] = (broken[at] ?? 0) ^ 1;
    await expect(reencoded(broken)).rejects.toMatchObject(refusal);
  }
});

test('4096 pixels a side are accepted, and one more is refused', async () => {
  for (const [width, height] of [
    [4096, 1],
    [1, 4096],
    [4096, 4096],
  ] as const) {
    await expect(reencoded(png({ width, height, depth: 1, colour: 0 }))).resolves.toBeInstanceOf(Uint8Array);
  }
  for (const [width, height] of [
    [4097, 1],
    [1, 4097],
    [0, 1],
    [1, 0],
  ] as const) {
    const pixels = packedZeros(4097 * 2);
    await expect(reencoded(png({ width, height, depth: 1, colour: 0, pixels }))).rejects.toMatchObject(refusal);
  }
});

test('a picture inside a larger buffer is read', async () => {
  const body = Buffer.concat([Buffer.from('--boundary'), small.jpeg, Buffer.from('--boundary--')]);
  const file = body.subarray(10, 10 + small.jpeg.length);
  const { width } = await stored(new Uint8Array(file.buffer, file.byteOffset, file.byteLength));
  expect(width).toBe(64);
});

test('the reason of a refusal is one line, for the log', async () => {
  const broken = Buffer.from(small.png);
  broken[29] = (broken[29] ?? 0) ^ 1;
  const error = await reencoded(broken).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ options: { reason: expect.stringMatching(/^[^\n]*CRC error$/) } });
});
