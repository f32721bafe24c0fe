import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newAnswer } from '#lib/human-check/captcha-answer.ts';
import { glyphs } from '#lib/human-check/captcha-glyphs.ts';
import { drawCaptcha } from '#lib/human-check/captcha-picture.ts';
import { GreyCanvas } from '#lib/human-check/grey-canvas.ts';
import { greyPng } from '#lib/human-check/grey-png.ts';
import { showProgress } from '../terminal/progress.ts';
import { asPng, type Cleaning, cleanings } from './captcha-cleanings.ts';
import { type Captcha, readByExample, readWithTesseract, tesseractVersion } from './captcha-readers.ts';
import { median, type Row } from './row.ts';

const count = 300;
const examples = 1000;
const random = () => randomInt(2 ** 32) / 2 ** 32;

/**
 * How long a captcha takes to draw, and how many are read: by comparison with examples, and by tesseract after each
 * cleaning. Tesseract first reads letters without any disturbance; if it cannot, the rows about it are void.
 */
export async function measureCaptcha(): Promise<Row[]> {
  const times: number[] = [];
  const captchas = Array.from({ length: count }, () => {
    const begin = process.cpuUsage();
    const captcha = made();
    const { user, system } = process.cpuUsage(begin);
    times.push((user + system) / 1000);
    return captcha;
  });
  const drawn = row('drawing one, CPU', `${median(times).toFixed(1)} ms`, `${Math.max(...times).toFixed(1)} ms at most`);
  const rows: Row[] = [{ ...drawn, budget: '≤ 8 ms', isMet: median(times) <= 8 }];
  const progress = showProgress('captchas, comparison', count);
  const read = await readByExample(Array.from({ length: examples }, made), captchas, () => progress.advance());
  progress.end();
  rows.push(shareOf(captchas, read, `comparison with ${examples} examples`));
  const version = await tesseractVersion();
  if (version) return [...rows, ...(await readAllWays(captchas, version))];
  process.stderr.write('Tesseract is not installed, so no captcha was read with it. On Debian: apt-get install tesseract-ocr\n');
  return rows;
}

function made(): Captcha {
  const answer = newAnswer(random);
  return { answer, png: drawCaptcha(answer, random) };
}

/** The same letters, upright and black on white. */
function madePlain(): Captcha {
  const answer = newAnswer(random);
  const canvas = new GreyCanvas(240, 80);
  [...answer].forEach((letter, index) => {
    for (const stroke of glyphs.get(letter) ?? [])
      canvas.draw(
        stroke.map(([x, y]) => [20 + index * 43 + x * 28, 18 + y * 44]),
        3,
        1,
      );
  });
  return {
    answer,
    png: greyPng(
      240,
      80,
      Uint8Array.from(canvas.ink, (ink) => Math.round(15 * (1 - ink))),
    ),
  };
}

async function readAllWays(captchas: readonly Captcha[], version: string): Promise<Row[]> {
  const plain = Array.from({ length: 60 }, madePlain);
  const control = await bestReading(plain, 'plain letters', cleanings['as it is'] as Cleaning);
  const canRead = control.percent >= 50;
  const rows: Row[] = [{ ...control, budget: '≥ 50 %', isMet: canRead }];
  const progress = showProgress(`captchas, tesseract ${version}`, Object.keys(cleanings).length * captchas.length);
  for (const [name, clean] of Object.entries(cleanings)) {
    const best = await bestReading(captchas, name, clean);
    rows.push({ ...best, budget: '≤ 2 %', isMet: canRead ? best.percent <= 2 : 'void' });
    progress.advance(captchas.length);
  }
  progress.end();
  return rows;
}

const row = (subject: string, figure: string, baseline: string): Row => ({
  ...{ measure: 'captcha', subject, figure, baseline },
  ...{ ratio: '–', budget: 'none', isMet: true },
});

function shareOf(captchas: readonly Captcha[], read: readonly string[], subject: string, how = '') {
  const right = captchas.filter(({ answer }, index) => read[index] === answer).length;
  const percent = (right * 100) / captchas.length;
  return { ...row(subject, `${percent.toFixed(1)} %`, `${right} of ${captchas.length}${how}`), percent };
}

/** The best of tesseract's page segmentation modes: 7 is one line, 8 is one word, 10 is one letter. */
async function bestReading(captchas: readonly Captcha[], name: string, clean: Cleaning) {
  const folder = mkdtempSync(join(tmpdir(), 'captchas-'));
  try {
    const files: string[] = [];
    for (const { png } of captchas) {
      for (const picture of await clean(png)) {
        const file = join(folder, `${files.length}.png`);
        writeFileSync(file, await asPng(picture));
        files.push(file);
      }
    }
    const parts = files.length / captchas.length;
    const shares = (parts > 1 ? [10] : [7, 8]).map(async (mode) => {
      const read = await readWithTesseract(files, mode);
      const texts = captchas.map((_, index) => read.slice(index * parts, (index + 1) * parts).join(''));
      return shareOf(captchas, texts, `tesseract: ${name}`, `, --psm ${mode}`);
    });
    return (await Promise.all(shares)).reduce((best, each) => (each.percent > best.percent ? each : best));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
