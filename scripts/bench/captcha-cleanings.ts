import sharp, { type Sharp } from 'sharp';

/** A picture of greys, row by row: 0 is black, 255 is white. */
export type Grey = { readonly width: number; readonly height: number; readonly pixels: Uint8Array };

/** Prepares a captcha for OCR: one picture of the line, or one of each letter. */
export type Cleaning = (png: Uint8Array) => Promise<readonly Grey[]>;

type Step = (picture: Grey) => Promise<Grey> | Grey;

/** The picture in a PNG, `scale` times as wide and high. */
export async function readGrey(png: Uint8Array, scale: number): Promise<Grey> {
  const { width = 0 } = await sharp(png).metadata();
  return await greyOf(sharp(png).resize({ width: width * scale, kernel: 'cubic' }));
}

/** A PNG with a white border, which tesseract needs to find a line. */
export async function asPng(picture: Grey): Promise<Buffer> {
  return await pipeline(picture).extend({ top: 20, bottom: 20, left: 20, right: 20, background: '#fff' }).png().toBuffer();
}

const pipeline = ({ width, height, pixels }: Grey) => sharp(pixels, { raw: { width, height, channels: 1 } });

async function greyOf(steps: Sharp): Promise<Grey> {
  const { data, info } = await steps.greyscale().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: new Uint8Array(data) };
}

/** One step of `sharp`; several in one pipeline would run in its own order. */
const by = (step: (picture: Sharp) => Sharp) => async (picture: Grey) => await greyOf(step(pipeline(picture)));
const all =
  (...steps: readonly Step[]): Step =>
  async (picture) => {
    let done = picture;
    for (const step of steps) done = await step(done);
    return done;
  };
const median = (size: number, level: number) => by((picture) => picture.median(size).threshold(level));
const blurred = by((picture) => picture.blur(2.5));
const thinner = (width: number) => by((picture) => picture.dilate(width)); // sharp dilates what is light
const thicker = (width: number) => by((picture) => picture.erode(width));
const mapped = (picture: Grey, value: (grey: number, at: number) => number): Grey => ({ ...picture, pixels: picture.pixels.map(value) });

/** How much two versions of a picture differ, as ink. */
async function difference(picture: Grey, one: Step, other: Step): Promise<Grey> {
  const [a, b] = [await one(picture), await other(picture)];
  return mapped(a, (grey, at) => 255 - Math.abs(grey - (b.pixels[at] ?? 0)));
}

/** Without the changes of polarity that are wider than a stroke: what differs from its surroundings is ink. */
const levelled = (size: number) => async (picture: Grey) =>
  await median(5, 128)(await difference(picture, median(3, 128), median(size, 128)));

/** Strokes of up to twice `size` pixels, dark or light: what an opening or a closing takes away. */
const strokes = (size: number) => async (picture: Grey) =>
  await difference(picture, all(thinner(size), thicker(size)), all(thicker(size), thinner(size)));

/** The picture without ink that is thinner than `least` pixels both along its row and along its column. */
function withoutShortRuns(picture: Grey, least: number): Grey {
  const { width, pixels } = picture;
  const reach = (at: number, step: number) => {
    let length = 0;
    while (length < least && (pixels[at + length * step] ?? 255) < 128) length += 1;
    return length;
  };
  return mapped(picture, (_, at) => ([1, width].some((step) => reach(at, step) + reach(at, -step) > least) ? 0 : 255));
}

/** The picture without connected parts of fewer than `least` pixels of ink. */
function withoutSmallParts(picture: Grey, least: number): Grey {
  const kept = new Uint8Array(picture.pixels.length).fill(255);
  const left = picture.pixels.map((grey) => (grey < 128 ? 1 : 0));
  for (let start = left.indexOf(1); start >= 0; start = left.indexOf(1, start + 1)) {
    const part = [start];
    left[start] = 0;
    for (const place of part) {
      for (const next of [place - picture.width, place + picture.width, place - 1, place + 1]) {
        if (left[next] === 1) part.push(next);
        if (next in left) left[next] = 0;
      }
    }
    if (part.length >= least) for (const place of part) kept[place] = 0;
  }
  return { ...picture, pixels: kept };
}

/** Straightens waves: shifts each column so that the middle of the ink near it is at one height. */
function straightened(picture: Grey): Grey {
  const { width, height, pixels } = picture;
  const sums = Array.from({ length: width }, (_, x) => {
    const dark = Array.from({ length: height }, (_each, y) => y).filter((y) => (pixels[y * width + x] ?? 255) < 128);
    return [dark.length, dark.reduce((sum, y) => sum + y, 0)] as const;
  });
  const shifts = sums.map((_, x) => {
    const [count, sum] = sums.slice(Math.max(0, x - 30), x + 31).reduce(([a, b], [c, d]) => [a + c, b + d] as const, [0, 0] as const);
    return count ? Math.round(sum / count - height / 2) : 0;
  });
  return mapped(picture, (_, at) => pixels[at + (shifts[at % width] ?? 0) * width] ?? 255);
}

/** Cuts a line into five letters, at the columns with the least ink near each fifth of the width. */
async function letters(picture: Grey): Promise<Grey[]> {
  const { width, height, pixels } = picture;
  const ink = new Uint32Array(width);
  for (const [at, grey] of pixels.entries()) ink[at % width] = (ink[at % width] ?? 0) + 255 - grey;
  const cuts = [1, 2, 3, 4].map((cut) => {
    const near = Array.from({ length: 41 }, (_, step) => Math.round((cut * width) / 5) - 20 + step);
    return near.reduce((best, x) => ((ink[x] ?? 0) < (ink[best] ?? 0) ? x : best));
  });
  const cut = async (left: number, right: number) =>
    await by((each) => each.extract({ left, top: 0, width: right - left, height }))(picture);
  return await Promise.all([0, ...cuts].map(async (left, index) => await cut(left, cuts[index] ?? width)));
}

const line =
  (scale: number, ...steps: readonly Step[]): Cleaning =>
  async (png) => [await all(...steps)(await readGrey(png, scale))];
const cut =
  (...steps: readonly Step[]): Cleaning =>
  async (png) =>
    await letters(await all(...steps)(await readGrey(png, 2)));

/** Ways to clean a captcha before OCR, by name. */
export const cleanings: Readonly<Record<string, Cleaning>> = {
  'as it is': line(1),
  'twice the size': line(2),
  'three times the size': line(3),
  inverted: line(2, (picture) => mapped(picture, (grey) => 255 - grey)),
  'threshold 75': line(2, median(1, 75)),
  'threshold 128': line(2, median(1, 128)),
  'median 3, threshold 100': line(2, median(3, 100)),
  'median 5, threshold 75': line(2, median(5, 75)),
  'median 7, threshold 75': line(2, median(7, 75)),
  'median 9, threshold 100': line(2, median(9, 100)),
  'blurred, threshold 128': line(2, blurred, median(1, 128)),
  opened: line(2, median(1, 128), thinner(2), thicker(2)),
  closed: line(2, median(1, 128), thicker(2), thinner(2)),
  'without short runs': line(2, median(3, 100), (picture) => withoutShortRuns(picture, 7)),
  'without small parts': line(2, median(3, 100), (picture) => withoutSmallParts(picture, 250)),
  'waves straightened': line(2, median(5, 100), straightened),
  'strokes of either polarity': line(2, median(5, 128), strokes(8), median(5, 128)),
  'polarity levelled': line(2, levelled(31)),
  'polarity levelled, without small parts': line(2, levelled(25), (picture) => withoutSmallParts(picture, 250)),
  'cut into letters, median 5': cut(median(5, 75)),
  'cut into letters, polarity levelled': cut(levelled(25)),
};
