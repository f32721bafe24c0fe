import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { projectFolder } from '#local/project.ts';

/**
 * Makes tests/fixtures/photograph.jpg: hills by a lake at sunset, rendered here so that it is nobody's picture, but with what a
 * phone writes: pixels lying on their side and an Orientation that says so, the camera, the place, and grain.
 */
const width = 1600;
const height = 1067;
const horizon = 0.62;

type Colour = readonly [red: number, green: number, blue: number];

/** A number from 0 to 1 that belongs to a point of a grid, the same every time. */
function speckle(x: number, y: number): number {
  let bits = Math.imul(x, 374_761_393) ^ Math.imul(y, 668_265_263);
  bits = Math.imul(bits ^ (bits >>> 13), 1_274_126_177);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}

const mix = (a: number, b: number, share: number) => a + (b - a) * share;
const blend = (a: Colour, b: Colour, share: number): Colour => [mix(a[0], b[0], share), mix(a[1], b[1], share), mix(a[2], b[2], share)];
const smooth = (share: number) => share * share * (3 - 2 * share);

function noise(x: number, y: number): number {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const [across, down] = [smooth(x - column), smooth(y - row)];
  const top = mix(speckle(column, row), speckle(column + 1, row), across);
  return mix(top, mix(speckle(column, row + 1), speckle(column + 1, row + 1), across), down);
}

/** Noise on noise, each octave twice as fine and half as strong. */
function clouds(x: number, y: number, octaves: number): number {
  let sum = 0;
  for (let octave = 0; octave < octaves; octave += 1) sum += noise(x * 2 ** octave + octave * 17, y * 2 ** octave) / 2 ** (octave + 1);
  return sum;
}

function sky(x: number, y: number): Colour {
  const height = Math.min(1, y / horizon);
  const air = blend([58, 88, 150], [250, 186, 128], height ** 1.6);
  const distance = Math.hypot(x - 0.68, (y - 0.47) * 0.67);
  const lit = blend(air, [255, 244, 214], Math.min(1, Math.exp(-distance * 9) + (distance < 0.03 ? 1 : 0)));
  const cloud = Math.max(0, clouds(x * 5, y * 16, 5) - 0.5) * 2.4 * (1 - height * 0.6);
  return blend(lit, [255, 226, 206], Math.min(0.8, cloud));
}

const ridges = [
  { top: 0.45, rough: 0.17, detail: 2.3, near: 0.25, colour: [122, 118, 150] },
  { top: 0.5, rough: 0.14, detail: 3.7, near: 0.55, colour: [78, 84, 108] },
  { top: 0.56, rough: 0.1, detail: 6.1, near: 0.9, colour: [38, 52, 54] },
] as const;

function land(x: number, y: number): Colour {
  let colour = sky(x, y);
  for (const { top, rough, detail, near, colour: ridge } of ridges) {
    const edge = top + (clouds(x * detail, near * 90, 6) - 0.5) * rough;
    if (y < edge) continue;
    const trees = (clouds(x * 60, y * 80, 4) - 0.5) * 46 * near;
    colour = blend([ridge[0] + trees, ridge[1] + trees, ridge[2] + trees], [226, 176, 142], Math.max(0, (y - edge) * 2 * (1 - near)));
  }
  return colour;
}

/** The lake shows the land upside down, broken by ripples that grow towards us. */
function scene(x: number, y: number): Colour {
  if (y < horizon) return land(x, y);
  const depth = (y - horizon) / (1 - horizon);
  const ripple = (clouds(x * 14, depth ** 0.5 * 60, 4) - 0.5) * (0.01 + depth * 0.09);
  const mirrored = land(x + ripple, Math.max(0, horizon - (y - horizon) * 1.25 + ripple * 1.5));
  return blend(mirrored, [24, 40, 66], 0.28 + depth * 0.3);
}

const pixels = Buffer.alloc(width * height * 3);
for (let row = 0; row < height; row += 1) {
  for (let column = 0; column < width; column += 1) {
    const grain = (speckle(column + 7919, row + 104_729) - 0.5) * 16;
    const colour = scene(column / width, row / height);
    for (const [channel, value] of colour.entries())
      pixels[(row * width + column) * 3 + channel] = Math.max(0, Math.min(255, value + grain));
  }
}

const photograph = await sharp(pixels, { raw: { width, height, channels: 3 } })
  .rotate(-90)
  .jpeg({ quality: 84, mozjpeg: true })
  .withExif({
    IFD0: { Make: 'Gatehouse', Model: 'Test Camera 1', Software: 'make-photograph.ts', Artist: 'Nobody', Copyright: 'MIT' },
    IFD2: { DateTimeOriginal: '2026:06:21 21:34:05', ExposureTime: '1/125', FNumber: '56/10', ISOSpeedRatings: '200', FocalLength: '35/1' },
    IFD3: {
      GPSLatitudeRef: 'N',
      GPSLatitude: '46/1 30/1 1234/100',
      GPSLongitudeRef: 'E',
      GPSLongitude: '8/1 42/1 567/100',
      GPSAltitudeRef: '0',
      GPSAltitude: '1434/1',
    },
  })
  .withMetadata({ orientation: 6 })
  .toBuffer();

writeFileSync(join(projectFolder, 'tests', 'fixtures', 'photograph.jpg'), photograph);
console.log(`tests/fixtures/photograph.jpg: ${photograph.length} bytes`);
