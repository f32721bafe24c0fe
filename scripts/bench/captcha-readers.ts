import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { alphabet } from '#lib/human-check/captcha-answer.ts';
import { type Grey, readGrey } from './captcha-cleanings.ts';

/** A captcha and its answer. */
export type Captcha = { readonly answer: string; readonly png: Uint8Array };

const run = promisify(execFile);
const cell = 8;
const directions = 8;
const nearest = 9;

/**
 * Reads captchas by comparison with examples whose answers are known; an attacker makes those with this public code. The
 * edges of each fifth of a picture are counted by place and direction (histograms of oriented gradients, Dalal and Triggs
 * 2005). Light on dark counts like dark on light. The nearest examples vote for the letter. `advance` is called for each.
 */
export async function readByExample(examples: readonly Captcha[], unknown: readonly Captcha[], advance: () => void): Promise<string[]> {
  const known = (
    await Promise.all(
      examples.map(async ({ answer, png }) => (await fifths(png)).map((edges, at) => ({ letter: answer[at] ?? '', edges }))),
    )
  ).flat();
  const read: string[] = [];
  for (const { png } of unknown) {
    read.push((await fifths(png)).map((edges) => vote(known, edges)).join(''));
    advance();
  }
  return read;
}

type Example = { readonly letter: string; readonly edges: Float32Array };

function vote(known: readonly Example[], edges: Float32Array): string {
  const best: { letter: string; likeness: number }[] = [];
  for (const example of known) {
    let likeness = 0;
    for (let at = 0; at < edges.length; at += 1) likeness += (edges[at] ?? 0) * (example.edges[at] ?? 0);
    if (best.length === nearest && likeness <= (best.at(-1)?.likeness ?? 0)) continue;
    best.push({ letter: example.letter, likeness });
    best.sort((a, b) => b.likeness - a.likeness);
    best.length = Math.min(best.length, nearest);
  }
  const votes = new Map<string, number>();
  for (const { letter, likeness } of best) votes.set(letter, (votes.get(letter) ?? 0) + likeness ** 4);
  return [...votes].reduce((most, each) => (each[1] > most[1] ? each : most), ['', 0] as const)[0];
}

/** The edges of the five letters' places. */
async function fifths(png: Uint8Array): Promise<Float32Array[]> {
  const picture = await readGrey(png, 1);
  const pitch = (picture.width - 68) / 4;
  return [0, 1, 2, 3, 4].map((at) => edgesIn(picture, Math.round(34 + at * pitch - 28), 56));
}

/** How strong edges are, by place and direction, in a window of a picture; of length 1 in all, blurred over near places. */
function edgesIn({ width, height, pixels }: Grey, left: number, wide: number): Float32Array {
  const [across, down] = [wide / cell, height / cell];
  const edges = new Float32Array(across * down * directions);
  const grey = (x: number, y: number) => pixels[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))] ?? 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < wide; x += 1) {
      const [right, below] = [grey(left + x + 1, y) - grey(left + x - 1, y), grey(left + x, y + 1) - grey(left + x, y - 1)];
      const strength = Math.hypot(right, below);
      if (strength < 60) continue;
      const direction = Math.floor(((Math.atan2(below, right) / Math.PI + 1) % 1) * directions) % directions;
      for (const [place, share] of near(x / cell - 0.5, y / cell - 0.5, across, down)) {
        const at = place * directions + direction;
        edges[at] = (edges[at] ?? 0) + strength * share;
      }
    }
  }
  const root = edges.map(Math.sqrt);
  const length = Math.hypot(...root);
  return root.map((value) => value / (length || 1));
}

/** The four cells around a point and the share of each. */
function near(x: number, y: number, across: number, down: number): (readonly [place: number, share: number])[] {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const [right, below] = [x - column, y - row];
  return [
    [column, row, (1 - right) * (1 - below)],
    [column + 1, row, right * (1 - below)],
    [column, row + 1, (1 - right) * below],
    [column + 1, row + 1, right * below],
  ].flatMap(([c = 0, r = 0, share = 0]) => (c < 0 || r < 0 || c >= across || r >= down ? [] : [[r * across + c, share] as const]));
}

/** The version of tesseract on this machine; undefined if it is not installed. */
export async function tesseractVersion(): Promise<string | undefined> {
  try {
    return /tesseract (\S+)/.exec((await run('tesseract', ['--version'])).stdout)?.[1];
  } catch {
    return undefined;
  }
}

/**
 * Reads each file with tesseract; `mode` is its page segmentation mode. If it crashes, which it does on a few pictures,
 * each half of the files is tried alone. A single picture that makes it crash counts as not read.
 */
export async function readWithTesseract(files: readonly string[], mode: number): Promise<string[]> {
  const whitelist = ['-c', `tessedit_char_whitelist=${alphabet}`];
  const options = ['--psm', String(mode), '--dpi', '150', '-c', 'tessedit_create_tsv=1', ...whitelist];
  const reading = run('tesseract', ['stdin', 'stdout', ...options], { env: { ...process.env, OMP_THREAD_LIMIT: '1' }, maxBuffer: 2 ** 24 });
  reading.child.stdin?.end(files.join('\n'));
  const texts = files.map(() => '');
  try {
    // The second column of the table is the page from 1, the last one is a word.
    for (const cells of (await reading).stdout
      .split('\n')
      .slice(1)
      .map((each) => each.split('\t'))) {
      const page = Number(cells[1]) - 1;
      if (page in texts) texts[page] += (cells[11] ?? '').trim();
    }
    return texts;
  } catch {
    if (files.length <= 1) return texts;
    const half = Math.ceil(files.length / 2);
    return [...(await readWithTesseract(files.slice(0, half), mode)), ...(await readWithTesseract(files.slice(half), mode))];
  }
}
