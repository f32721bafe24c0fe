import sharp from 'sharp';
import { expect, test } from 'vitest';
import { readPictureHeader } from '#lib/avatars/picture-header.ts';
import { jpegSegment } from './made-jpeg.ts';
import { png } from './made-png.ts';
import { extendedWebp } from './made-webp.ts';

const picture = sharp({ create: { width: 300, height: 20, channels: 4, background: '#0f0a' } });
const files = {
  png: await picture.png().toBuffer(),
  jpeg: await picture.jpeg().toBuffer(),
  gif: await picture.gif().toBuffer(),
  webp: await picture.webp().toBuffer(),
};

test.for([
  ['png', files.png],
  ['jpeg', files.jpeg],
  ['jpeg', await picture.jpeg({ progressive: true }).toBuffer()],
  [
    'jpeg',
    await picture
      .jpeg()
      .withExif({ IFD0: { Artist: 'somebody' } })
      .toBuffer(),
  ],
  ['gif', files.gif],
  ['webp', files.webp],
  ['webp', await picture.webp({ lossless: true }).toBuffer()],
  ['webp', await picture.removeAlpha().webp().toBuffer()],
  ['webp', extendedWebp(300, 20, 0)],
] as const)('the header of a %s has its format and size', ([format, file]) => {
  expect(readPictureHeader(file)).toEqual({ format, width: 300, height: 20 });
});

test('the size of a JPEG is found after fill bytes and segments of any length', () => {
  const frame = files.jpeg.subarray(files.jpeg.indexOf(Buffer.from([0xff, 0xc0])));
  const start = Buffer.from([0xff, 0xd8]);
  const head = Buffer.concat([
    start,
    jpegSegment(0xe2, Buffer.alloc(65_533)),
    Buffer.from([0xff, 0xff]),
    jpegSegment(0xfe, Buffer.alloc(0)),
    frame,
  ]);
  expect(readPictureHeader(head)).toEqual({ format: 'jpeg', width: 300, height: 20 });
});

test('the size of a GIF is that of its screen or its first frame, whichever is larger', () => {
  const frame = files.gif.indexOf(Buffer.from([0x2c, 0, 0, 0, 0]));
  const wide = Buffer.from(files.gif);
  wide.writeUInt16LE(60_000, frame + 5);
  expect(readPictureHeader(wide)).toMatchObject({ width: 60_000, height: 20 });
  const aside = Buffer.from(files.gif);
  aside.writeUInt16LE(50_000, frame + 3);
  expect(readPictureHeader(aside)).toMatchObject({ width: 300, height: 50_020 });
});

test('the size that a file claims is returned, however large', () => {
  expect(readPictureHeader(png({ width: 0xffffffff, height: 1, pixels: Buffer.alloc(0) }))).toMatchObject({ width: 0xffffffff });
  expect(readPictureHeader(extendedWebp(0x1000000, 0x1000000, 0))).toMatchObject({ width: 0x1000000, height: 0x1000000 });
});

test('a file that ends before its size is none of the four formats', () => {
  for (const file of Object.values(files)) {
    const sizes = Array.from({ length: 64 }, (_, length) => readPictureHeader(file.subarray(0, length)));
    expect(sizes[9]).toBeUndefined();
    for (const size of sizes) if (size) expect(size).toMatchObject({ width: 300, height: 20 });
  }
});

test('no changed byte of a header is a fault', () => {
  for (const file of Object.values(files)) {
    for (let at = 0; at < Math.min(file.length, 64); at += 1) {
      for (const value of [0, 1, 0x21, 0x2c, 0x7f, 0x80, 0xc0, 0xd9, 0xff]) {
        const odd = Buffer.from(file);
        odd[at] = value;
        expect(() => readPictureHeader(odd)).not.toThrow();
      }
    }
  }
});

test.for<[string, Buffer]>([
  ['an empty file', Buffer.alloc(0)],
  ['a JPEG’s first two bytes', Buffer.from([0xff, 0xd8])],
  ['a RIFF file with sound', Buffer.from('RIFF\x24\0\0\0WAVEfmt ', 'latin1')],
  ['an ISO media file', Buffer.from('\0\0\0\x20ftypheic\0\0\0\0', 'latin1')],
  [
    'a PNG as Apple’s tools rewrite it for a phone',
    Buffer.concat([files.png.subarray(0, 8), Buffer.from('\0\0\0\x04CgBI0000', 'latin1'), files.png.subarray(8)]),
  ],
  ['a GIF without a frame', Buffer.concat([files.gif.subarray(0, 13), Buffer.from([0x3b, 0, 0, 0])])],
  ['a GIF of an unknown version', Buffer.concat([Buffer.from('GIF90a'), files.gif.subarray(6)])],
])('%s has no header of the four formats', ([, file]) => {
  expect(readPictureHeader(file)).toBeUndefined();
});
