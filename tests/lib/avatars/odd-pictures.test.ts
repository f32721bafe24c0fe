import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sharedData } from '../../shared-data.ts';
import { reencoded } from './reencoded.ts';

const pngSuite = sharedData('pngsuite');
const images = sharedData('images');
const judge = async (path: string) =>
  await reencoded(readFileSync(path)).then(
    (webp) => Buffer.from(webp).toString('latin1', 8, 12),
    (error: { code?: string }) => error.code,
  );

describe.skipIf(!pngSuite)('PngSuite', () => {
  const folder = pngSuite ?? '';
  const files = pngSuite ? readdirSync(pngSuite).filter((name) => name.endsWith('.png')) : [];
  const corrupt = files.filter((name) => name.startsWith('x'));
  const valid = files.filter((name) => !name.startsWith('x'));

  test('has 161 valid pictures, and all are accepted', async () => {
    expect(valid).toHaveLength(161);
    for (const name of valid) expect([name, await judge(join(folder, name))]).toEqual([name, 'WEBP']);
  });

  test('has 14 corrupt pictures, and all are refused', async () => {
    expect(corrupt).toHaveLength(14);
    for (const name of corrupt) expect([name, await judge(join(folder, name))]).toEqual([name, 'invalid_image']);
  });
});

/** Collected by their makers because they are hard to recognise; their names say little about their contents. */
const refused = [
  'image-size/valid_jpg_very-large.jpg', // more than 4096 pixels a side
  'image-size/valid_png_sample_fried.png', // Apple's CgBI, which no browser and not libpng reads
  'file-type/fixture-corrupt.png',
  'file-type/fixture-json.webp',
];

describe.skipIf(!images)('a collection of odd pictures', () => {
  const files = ['image-size', 'file-type'].flatMap((folder) =>
    images ? readdirSync(join(images, folder)).map((name) => join(folder, name)) : [],
  );
  const isOfOurs = (name: string) => /\.(jpg|gif|png|apng|webp)$/.test(name) && !/\/invalid_/.test(name);

  test('has every complete JPEG, PNG, GIF and WebP accepted', async () => {
    const whole = files.filter((name) => isOfOurs(name) && !refused.includes(name));
    expect(whole.length).toBeGreaterThanOrEqual(13);
    for (const name of whole) expect([name, await judge(join(images ?? '', name))]).toEqual([name, 'WEBP']);
  });

  test('has AVIF, HEIC, JPEG XL, icons, SVG and broken files refused', async () => {
    const others = files.filter((name) => /\.(svg|avif|heic|ico|jxl)$/.test(name) || /\/invalid_/.test(name));
    expect(others.length).toBeGreaterThanOrEqual(10);
    for (const name of [...others, ...refused]) expect([name, await judge(join(images ?? '', name))]).toEqual([name, 'invalid_image']);
  });
});
