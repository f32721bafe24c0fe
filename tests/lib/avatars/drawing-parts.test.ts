import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { drawingParts } from '#lib/avatars/drawing-parts.ts';
import { orientationIn, tiffOfOrientation } from '#lib/avatars/orientation.ts';
import { readPictureHeader } from '#lib/avatars/picture-header.ts';
import { exif, jpegSegment, withSegment } from './made-jpeg.ts';
import { packedZeros, png, pngChunk } from './made-png.ts';
import { extendedWebp, movingWebp, riffChunk, webpChunks } from './made-webp.ts';

const picture = () => sharp({ create: { width: 16, height: 8, channels: 3, background: '#f00' } });
const files = {
  jpeg: await picture().jpeg().toBuffer(),
  'progressive jpeg': await picture().jpeg({ progressive: true }).toBuffer(),
  png: await picture().png().toBuffer(),
  webp: await picture().webp().toBuffer(),
  gif: await picture().gif().toBuffer(),
};

const partsOf = (file: Buffer) => {
  const parts = drawingParts(file, readPictureHeader(file)?.format ?? 'png');
  return typeof parts === 'string' ? parts : Buffer.from(parts);
};

const exifBody = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif(6, 'little-endian', 'the maker')]);
const anything = Buffer.from('SECRET'.repeat(100));
const gifComment = Buffer.concat([Buffer.from([0x21, 0xfe, 6]), anything.subarray(0, 6), Buffer.from([0])]);
const palette = pngChunk('PLTE', Buffer.alloc(3));
const profileSegment = jpegSegment(0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), Buffer.alloc(8)]));
const jpegOfProfile = (segments: number) =>
  Buffer.concat([files.jpeg.subarray(0, 2), ...Array<Buffer>(segments).fill(profileSegment), files.jpeg.subarray(2)]);
const application = (code: number, name: string) => withSegment(files.jpeg, code, Buffer.concat([Buffer.from(name, 'latin1'), anything]));

describe('what the decoder gets', () => {
  test.for(Object.entries(files))('of a plain %s is the file itself, or as good', ([, file]) => {
    const once = partsOf(file);
    expect(Buffer.isBuffer(once)).toBe(true);
    expect(partsOf(once as Buffer)).toEqual(once);
    expect(once.length).toBeLessThanOrEqual(file.length);
  });

  test.for<[string, Buffer]>([
    ['a comment of a JPEG', withSegment(files.jpeg, 0xfe, anything)],
    ['a preview in a JPEG', application(0xe0, 'JFXX\0\x10')],
    ['XMP of a JPEG', application(0xe1, 'http://ns.adobe.com/xap/1.0/\0')],
    ['an index of further pictures in a JPEG', application(0xe2, 'MPF\0')],
    ['a block of Photoshop in a JPEG', application(0xed, 'Photoshop 3.0\0')],
    ['a second picture behind a JPEG', Buffer.concat([files.jpeg, anything, files.jpeg])],
    ['a text in a PNG', png({ width: 8, height: 8, before: [pngChunk('tEXt', anything)] })],
    ['a packed text in a PNG', png({ width: 8, height: 8, before: [pngChunk('zTXt', anything), pngChunk('iTXt', anything)] })],
    ['the suggested palette of a PNG', png({ width: 8, height: 8, before: [pngChunk('sPLT', anything)] })],
    ['the frames of a moving PNG', png({ width: 8, height: 8, before: [pngChunk('acTL', anything), pngChunk('fdAT', anything)] })],
    ['a comment of a GIF', Buffer.concat([files.gif.subarray(0, -1), gifComment, Buffer.from([0x3b])])],
    ['what stands behind a GIF', Buffer.concat([files.gif, anything])],
    ['XMP of a WebP', extendedWebp(16, 8, 0x04, webpChunks(files.webp), riffChunk('XMP ', anything))],
    ['an unknown chunk of a WebP', extendedWebp(16, 8, 0, webpChunks(files.webp), riffChunk('ABCD', anything))],
    ['what stands behind a WebP', Buffer.concat([files.webp, anything])],
  ])('has not %s', async ([, file]) => {
    expect(file.includes('SECRET')).toBe(true);
    const parts = partsOf(file);
    expect(parts.includes('SECRET')).toBe(false);
    await expect(sharp(parts as Buffer, { failOn: 'warning' }).toBuffer()).resolves.toBeInstanceOf(Buffer);
  });

  test.for<[string, Buffer]>([
    ['a JPEG', withSegment(files.jpeg, 0xe1, exifBody)],
    ['a PNG', png({ width: 8, height: 8, before: [pngChunk('eXIf', exifBody.subarray(6))] })],
    ['a WebP', extendedWebp(16, 8, 0x08, webpChunks(files.webp), riffChunk('EXIF', exifBody.subarray(6)))],
    ['a WebP as some cameras write it', extendedWebp(16, 8, 0x08, webpChunks(files.webp), riffChunk('EXIF', exifBody))],
  ])('has the orientation of %s, and nothing else of its EXIF', async ([, file]) => {
    const parts = partsOf(file) as Buffer;
    expect(parts.includes('the maker')).toBe(false);
    expect((await sharp(parts).metadata()).orientation).toBe(6);
  });

  test.for<[string, number, boolean]>([
    ['of 200 kB', 200_000, true],
    ['of 300 kB', 300_000, false],
    ['of 290 MB', 290_000_000, false],
  ])('of a PNG with a colour profile %s has it: %s', ([, bytes, isKept]) => {
    const chunk = pngChunk('iCCP', Buffer.concat([Buffer.from('icc\0\0'), packedZeros(bytes)]));
    expect(partsOf(png({ width: 8, height: 8, before: [chunk] })).includes('iCCP')).toBe(isKept);
  });

  test('of a PNG has the first of its colour profiles only, and none if that one is too large', () => {
    const profile = (name: string, bytes: number) => pngChunk('iCCP', Buffer.concat([Buffer.from(`${name}\0\0`), packedZeros(bytes)]));
    const withProfiles = (...before: Buffer[]) => partsOf(png({ width: 8, height: 8, before }));
    const two = withProfiles(profile('one', 9), profile('two', 9));
    expect([two.includes('one'), two.includes('two')]).toEqual([true, false]);
    expect(withProfiles(profile('one', 300_000), profile('two', 9)).includes('iCCP')).toBe(false);
  });

  test('of a PNG has the first of its orientations only', () => {
    const turned = (orientation: number) => pngChunk('eXIf', exif(orientation, 'big-endian', 'a'));
    const parts = partsOf(png({ width: 8, height: 8, before: [turned(6), turned(3)] })).toString('latin1');
    expect(parts.split('eXIf')).toHaveLength(2);
  });

  test('of a moving GIF or WebP is its first frame', async () => {
    const gif = await sharp([files.png, files.png], { join: { animated: true } })
      .gif()
      .toBuffer();
    const webp = movingWebp(files.webp, 16, 8, 50);
    expect((await sharp(partsOf(gif) as Buffer).metadata()).pages ?? 1).toBe(1);
    expect(partsOf(webp).length).toBeLessThan(webp.length / 20);
  });
});

test.for<[string, Buffer, RegExp]>([
  ['a PNG with a chunk that no decoder may skip', png({ width: 8, height: 8, before: [pngChunk('ABCD', anything)] }), /chunk "ABCD"/],
  ['a PNG of two sizes', png({ width: 8, height: 8, before: [pngChunk('IHDR', Buffer.alloc(13))] }), /second chunk "IHDR"/],
  ['a PNG of two palettes', png({ width: 8, height: 8, before: [palette, palette] }), /second chunk "PLTE"/],
  ['a JPEG whose colour profile is in more segments than a profile has', jpegOfProfile(256), /colour profile/],
  ['a PNG without an end', files.png.subarray(0, -12), /ends inside/],
  ['a JPEG with a segment of no meaning', withSegment(files.jpeg, 0xf0, anything), /segment f0/],
  ['a JPEG with bytes between its segments', Buffer.concat([files.jpeg.subarray(0, 2), anything]), /between/],
  ['a JPEG without an end', files.jpeg.subarray(0, -2), /ends inside/],
  ['a JPEG of nothing but comments', Buffer.concat([Buffer.from([0xff, 0xd8]), jpegSegment(0xfe, anything)]), /ends inside/],
  ['a GIF without an image', Buffer.concat([files.gif.subarray(0, 13), Buffer.from([0x3b])]), /without an image/],
  ['a GIF with a block of no meaning', Buffer.concat([files.gif.subarray(0, -1), Buffer.from([0x99])]), /block 99/],
  ['a WebP that is shorter than it says', files.webp.subarray(0, -4), /shorter/],
])('%s is refused before any decoder sees it', ([, file, reason]) => {
  const format = readPictureHeader(file)?.format ?? (file[0] === 0x47 ? 'gif' : 'jpeg');
  expect(drawingParts(file, format)).toMatch(reason);
});

test('an orientation is read in both byte orders, from the first directory only, and never past the end', () => {
  for (let orientation = 1; orientation <= 8; orientation += 1) {
    expect(orientationIn(exif(orientation, 'big-endian', 'a'))).toBe(orientation);
    expect(orientationIn(exif(orientation, 'little-endian', 'a'))).toBe(orientation);
    expect(orientationIn(tiffOfOrientation(orientation))).toBe(orientation);
  }
  for (const odd of [
    exif(0, 'big-endian', 'a'),
    exif(9, 'big-endian', 'a'),
    Buffer.from('MM\0*\xff\xff\xff\xff', 'latin1'),
    Buffer.alloc(0),
  ]) {
    expect(orientationIn(odd)).toBeUndefined();
  }
});
