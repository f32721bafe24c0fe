import { glyphs, type Stroke } from './captcha-glyphs.ts';
import { GreyCanvas } from './grey-canvas.ts';
import { greyPng } from './grey-png.ts';

type Point = readonly [x: number, y: number];
type Bend = (point: Point) => Point;

const width = 240;
const height = 80;

/**
 * Draws an answer as a PNG. Letters are turned, sheared, bent and set close together, and lines of the same ink cross
 * them, so that neither columns nor thickness can separate them. `random` (at least 0, below 1) decides every line.
 */
export function drawCaptcha(answer: string, random: () => number): Uint8Array {
  const between = (least: number, most: number) => least + random() * (most - least);
  const canvas = new GreyCanvas(width, height);
  const bend = waves(between);
  const pitch = (width - 56) / (answer.length - 1);
  [...answer].forEach((letter, index) => {
    const place = lie(between, 28 + index * pitch);
    const radius = between(2.5, 3.3);
    for (const stroke of glyphs.get(letter) ?? []) canvas.draw(fine(stroke.map(place)).map(bend), radius, 1);
  });
  for (let line = 0; line < 2; line += 1) canvas.draw(across(between), between(0.8, 1.3), between(0.6, 0.85));
  for (let scratch = 0; scratch < 26; scratch += 1) canvas.draw(scratched(between), between(0.4, 1), between(0.4, 0.9));
  return greyPng(width, height, developed(canvas, random));
}

type Between = (least: number, most: number) => number;

/** The place of a letter: size, slant, turn and height, all random. */
function lie(between: Between, x: number): Bend {
  const tall = between(42, 52);
  const wide = tall * between(0.6, 0.78);
  const slant = between(-0.16, 0.16);
  const turn = between(-0.28, 0.28);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const [centreX, centreY] = [x + between(-4, 4), height / 2 + between(-7, 7)];
  return ([u, v]) => {
    const down = (v - 0.5) * tall;
    const right = (u - 0.5) * wide - slant * down;
    return [centreX + right * cos - down * sin, centreY + right * sin + down * cos];
  };
}

/** Bends the paper in random waves. */
function waves(between: Between): Bend {
  const [a, b] = [between(1.5, 3.2), between(1.5, 3.2)];
  const [along, down] = [between(45, 80), between(35, 60)];
  const [from, to] = [between(0, 7), between(0, 7)];
  return ([x, y]) => [x + a * Math.sin((2 * Math.PI * y) / down + from), y + b * Math.sin((2 * Math.PI * x) / along + to)];
}

/** The same line with a point every three pixels, so that it can be bent. */
function fine(stroke: Stroke): Point[] {
  return stroke.flatMap(([x, y], index) => {
    const [nextX, nextY] = stroke[index + 1] ?? [x, y];
    const steps = Math.max(1, Math.ceil(Math.hypot(nextX - x, nextY - y) / 3));
    return Array.from({ length: steps }, (_, step): Point => [x + ((nextX - x) * step) / steps, y + ((nextY - y) * step) / steps]);
  });
}

/** A line from edge to edge, through the letters. */
function across(between: Between): Point[] {
  const [from, to] = [between(14, height - 14), between(14, height - 14)];
  const [swing, long, phase] = [between(5, 14), between(70, 150), between(0, 7)];
  return Array.from({ length: 61 }, (_, step): Point => {
    const x = (width * step) / 60;
    return [x, from + ((to - from) * step) / 60 + swing * Math.sin((2 * Math.PI * x) / long + phase)];
  });
}

function scratched(between: Between): Point[] {
  const [x, y] = [between(0, width), between(0, height)];
  return [
    [x, y],
    [x + between(-12, 12), y + between(-12, 12)],
  ];
}

/** Ink on uneven paper with grain, in 16 greys. */
function developed({ ink }: GreyCanvas, random: () => number): Uint8Array {
  const [phase, tilt] = [random() * 7, random() * 0.06 - 0.03];
  return Uint8Array.from(ink, (value, place) => {
    const [x, y] = [place % width, Math.floor(place / width)];
    const paper = 13 + Math.sin(x / 37 + y * tilt + phase);
    const grain = ((place * 2_654_435_761) >>> 8) % 7 === 0 ? 0.8 : 0;
    return Math.round(Math.max(0, Math.min(15, paper - grain - value * 10.5)));
  });
}
