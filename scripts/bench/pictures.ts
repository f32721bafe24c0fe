import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Decoded } from './decode-all.ts';
import { pictureCorpus } from './picture-corpus.ts';
import type { Row } from './row.ts';

const count = 5000;
const budgetMegabytes = 400;

/** The most memory that a process needs for re-encoding a corpus of files, good, damaged and hostile, against one small picture. */
export async function measurePictures(): Promise<Row[]> {
  const all = await decode(count);
  const one = await decode(1);
  return [
    {
      measure: 'avatars',
      subject: `${count} files: ${all.stored} stored, ${all.refused} refused, ${all.broken} otherwise`,
      figure: `${all.peakMegabytes.toFixed(0)} MB`,
      baseline: `${one.peakMegabytes.toFixed(0)} MB`,
      ratio: (all.peakMegabytes / one.peakMegabytes).toFixed(2),
      budget: `≤ ${budgetMegabytes} MB`,
      isMet: all.peakMegabytes <= budgetMegabytes && all.broken === 0,
    },
  ];
}

async function decode(files: number): Promise<Decoded> {
  const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
  try {
    let index = 0;
    for await (const file of pictureCorpus(files)) {
      writeFileSync(join(folder, String(index).padStart(5, '0')), file);
      index += 1;
    }
    const program = new URL('./decode-all.ts', import.meta.url).pathname;
    return JSON.parse((await promisify(execFile)(process.execPath, [program, folder])).stdout) as Decoded;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
