import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { alphabet } from '#lib/human-check/captcha-answer.ts';
import { drawCaptcha } from '#lib/human-check/captcha-picture.ts';
import { chance } from './made-chance.ts';

const decoded = async (png: Uint8Array) => await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });

/** The types of a PNG's chunks, in their order. */
function chunksOf(png: Uint8Array): string[] {
  const bytes = Buffer.from(png);
  const kinds: string[] = [];
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) kinds.push(bytes.toString('latin1', at + 4, at + 8));
  return kinds;
}

describe('a picture', () => {
  test('is a PNG of 240 by 80, for every letter and every extreme of chance', async () => {
    const all = [() => 0, () => 0.5, () => 1 - 2 ** -32, chance(1)];
    const pictures = await Promise.all(all.map(async (random) => await decoded(drawCaptcha(alphabet.slice(0, 5), random))));
    expect(pictures.map(({ info }) => [info.width, info.height])).toEqual(all.map(() => [240, 80]));
    for (const letter of alphabet) expect((await decoded(drawCaptcha(letter.repeat(5), chance(2)))).info.width).toBe(240);
  });

  test('is small enough for one response', () => {
    const sizes = Array.from({ length: 20 }, (_, seed) => drawCaptcha('AWX37', chance(seed)).length);
    expect(Math.max(...sizes)).toBeLessThan(8000);
  });

  test('has the three required chunks of a PNG, and no metadata', async () => {
    const png = drawCaptcha('AWX37', chance(3));
    expect(chunksOf(png)).toEqual(['IHDR', 'IDAT', 'IEND']);
    const { exif, icc, iptc, xmp, comments } = await sharp(png).metadata();
    expect({ exif, icc, iptc, xmp, comments }).toEqual({});
    expect(Buffer.from(png).toString('latin1')).not.toMatch(/AWX37|awx37/);
  });

  test('differs every time for the same answer, in its bytes and its length', () => {
    const pictures = Array.from({ length: 20 }, (_, seed) => Buffer.from(drawCaptcha('AAAAA', chance(seed))));
    expect(new Set(pictures.map((png) => png.toString('base64'))).size).toBe(20);
    expect(new Set(pictures.map((png) => png.length)).size).toBeGreaterThan(10);
  });

  test('shows ink on paper, and different ink for another answer', async () => {
    const [one, same, other] = await Promise.all(
      ['AWX37', 'AWX37', 'UUUUU'].map(async (text) => (await decoded(drawCaptcha(text, chance(4)))).data),
    );
    const dark = (one ?? Buffer.alloc(0)).filter((grey) => grey < 70).length / (240 * 80);
    expect(dark).toBeGreaterThan(0.2);
    expect(dark).toBeLessThan(0.8);
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
  });

  test('has letters that are light as often as dark, so that no threshold separates them from the paper', async () => {
    const all = await Promise.all(Array.from({ length: 100 }, async (_, seed) => (await decoded(drawCaptcha('EEEEE', chance(seed)))).data));
    const mean = (from: number, to: number) => {
      const greys = all.flatMap((data) => [...data.subarray(from * 240, to * 240)]);
      return greys.reduce((sum, grey) => sum + grey, 0) / greys.length;
    };
    expect(Math.abs(mean(20, 60) - mean(0, 8))).toBeLessThan(8); // letters lie in the middle rows, and none in the first
  });
});
