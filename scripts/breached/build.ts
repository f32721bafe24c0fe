import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { mostEntries, openSealedFilter, shareByChance } from '#lib/passwords/breached-filter.ts';
import { breachedPasswordsFile } from '#lib/passwords/breaches.file.ts';
import { Refusal } from '#local/refusal.ts';
import { command } from '../terminal/command.ts';
import { showProgress } from '../terminal/progress.ts';
import { filterOfMostUsed, type Source } from './most-used.ts';

const usage = `Usage: npm run breached -- build FILE [--most <number>] [--out <file>] [--json]

Makes the filter that BREACHED_PASSWORDS: file looks in, of a file with a SHA-1 and how often it was found in each line
(SHA1:count), as the downloader of Pwned Passwords writes it. FILE is read twice. With - standard input is read, once; then it
may have no more than --most digests.

  --most <number>     how many of the most used passwords to take: by default 10,000,000 (18 MB), at most 25,000,000
  --out <file>        by default project/breached-passwords.filter`;

/** The number of random digests that the share of false positives is measured on. */
const samples = 200_000;

export const build = command({
  usage,
  options: { most: { type: 'string', default: '10000000' }, out: { type: 'string', default: breachedPasswordsFile } },
  words: ['FILE'],
  async run({ words: [from = ''], values, isJson, misused }) {
    const most = Number(values.most.replaceAll(/[,_]/g, ''));
    if (!Number.isInteger(most) || most < 1 || most > mostEntries)
      throw misused(
        `--most is ${JSON.stringify(values.most)}, but has to be a whole number from 1 to ${mostEntries.toLocaleString('en')}.`,
      );
    const { bytes, read } = await built(from, most);
    await writeWhole(values.out, bytes);
    const filter = openSealedFilter(bytes);
    const made = {
      file: values.out,
      read,
      entries: filter.entries,
      bytes: bytes.length,
      computed: shareByChance(filter),
      measured: measured(filter),
    };
    if (isJson) console.log(JSON.stringify(made));
    else for (const line of sentences(made)) console.log(line);
  },
});

async function built(from: string, most: number) {
  const size = from === '-' ? undefined : await sizeOf(from);
  const source: Source =
    size === undefined
      ? { chunks: () => process.stdin, canBeReadAgain: false }
      : { chunks: () => createReadStream(from, { highWaterMark: 2 ** 20 }), canBeReadAgain: true };
  const progress = showProgress('bytes read', size === undefined ? undefined : 2 * size);
  try {
    return await filterOfMostUsed(source, most, (bytes) => progress.advance(bytes));
  } catch (error) {
    throw error instanceof Error && 'syscall' in error ? new Refusal(`${from} cannot be read: ${error.message}`) : error;
  } finally {
    progress.end();
  }
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch((error: Error) => {
    throw new Refusal(`${file} cannot be read: ${error.message}`);
  });
  if (!found.isFile()) throw new Refusal(`${file} is no file that can be read twice: give a file, or - for standard input.`);
  return found.size;
}

/** The file gets its name when it is complete, so an interrupted command leaves the one before. */
async function writeWhole(file: string, bytes: Buffer): Promise<void> {
  const draft = `${file}.${process.pid}.part`;
  try {
    await writeFile(draft, bytes, { flush: true });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw new Refusal(`${file} cannot be written: ${(error as Error).message}`);
  }
}

function measured({ has }: ReturnType<typeof openSealedFilter>): number {
  const digests = randomBytes(20 * samples);
  let found = 0;
  for (let at = 0; at < digests.length; at += 20) if (has(digests, at)) found += 1;
  return found / samples;
}

type Report = {
  readonly file: string;
  readonly read: number;
  readonly entries: number;
  readonly bytes: number;
  readonly computed: number;
  readonly measured: number;
};

function sentences({ file, read, entries, bytes, computed, measured }: Report): string[] {
  const number = (value: number) => value.toLocaleString('en');
  const percent = (share: number) => `${(100 * share).toFixed(3)} %`;
  return [
    `${file} has ${number(entries)} of ${number(read)} digests, in ${number(bytes)} bytes.`,
    `It refuses ${percent(computed)} of all other passwords by chance (computed), ${percent(measured)} of ${number(samples)} random ones (measured).`,
    'It takes effect at the next packaging of a stage with BREACHED_PASSWORDS: file. git ignores it, so bring it to each machine that deploys.',
  ];
}
