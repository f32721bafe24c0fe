import { readFile, writeFile } from 'node:fs/promises';
import { brotliCompressSync } from 'node:zlib';

const source = new URL('../node_modules/@zxcvbn-ts/language-common/src/passwords.json', import.meta.url);
const target = new URL('../lib/passwords/common-passwords.json', import.meta.url);
/** Where the tiers of `commonWords` end: the list has the most used passwords first. */
const ends = [1000, 5000, Number.POSITIVE_INFINITY];

/**
 * `npm run common-passwords`: packs zxcvbn's list for the functions that set passwords, in three tiers, each sorted. A test
 * compares the committed file with the package.
 */
const listed = JSON.parse(await readFile(source, 'utf8')) as string[];
const tiers = ends.map((end, tier) =>
  listed
    .slice(ends[tier - 1] ?? 0, end)
    .filter((word) => word.length >= 4)
    .toSorted()
    .join('\n'),
);
const packed = brotliCompressSync(tiers.join('\n\n')).toString('base64');
await writeFile(target, `${JSON.stringify(packed)}\n`);
process.stdout.write(`${listed.length} common passwords in ${packed.length} bytes\n`);
