import sharp from 'sharp';
import { expect, test } from 'vitest';
import { decodePicture } from '#lib/avatars/decode-picture.ts';
import { storedPicture } from '#lib/avatars/stored-picture.ts';
import { png } from './made-png.ts';
import { extendedWebp, riffChunk, webpChunks } from './made-webp.ts';

const flat = (side: number, channels: 3 | 4 = 3) =>
  sharp({ create: { width: side, height: side, channels, background: { r: 9, g: 9, b: 9, alpha: 0.5 } } });

test.for([
  ['opaque', flat(600)],
  ['transparent', flat(600, 4)],
] as const)('what our decoder makes of an %s picture is stored byte for byte', async ([, picture]) => {
  const decoded = await decodePicture(await picture.png().toBuffer());
  if ('invalid' in decoded) throw new Error(decoded.invalid);
  expect(Buffer.from(storedPicture(decoded.picture)).equals(decoded.picture)).toBe(true);
});

test('XMP, EXIF and bytes behind the end are not stored', async () => {
  const hidden = Buffer.from('<script>alert(1)</script>');
  const parts = webpChunks(await flat(16).webp().toBuffer());
  const answer = extendedWebp(16, 16, 0x0c, parts, riffChunk('XMP ', hidden), riffChunk('EXIF', hidden));
  const stored = Buffer.from(storedPicture(Buffer.concat([answer, hidden])));
  expect([answer.includes('script'), stored.includes('script'), (await sharp(stored).metadata()).width]).toEqual([true, false, 16]);
});

test.for<[string, () => Promise<Uint8Array>]>([
  ['nothing', async () => Buffer.alloc(0)],
  ['a page', async () => Buffer.from('<!doctype html>')],
  ['a PNG', async () => png({ width: 8, height: 8 })],
  ['a WebP of 513 pixels', () => flat(513).webp().toBuffer()],
  ['half a WebP', async () => (await flat(64).webp().toBuffer()).subarray(0, 40)],
  ['more bytes than the pixels have', async () => Buffer.concat([await flat(8).webp().toBuffer(), Buffer.alloc(512 * 512 * 4)])],
])('%s is not stored', async ([, answer]) => {
  const bytes = await answer();
  expect(() => storedPicture(bytes)).toThrow('the decoder answered no WebP to store');
});
