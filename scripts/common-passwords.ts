import { readFile, writeFile } from 'node:fs/promises';
import { brotliCompressSync } from 'node:zlib';

const source = new URL('../node_modules/@zxcvbn-ts/language-common/src/passwords.json', import.meta.url);
const target = new URL('../lib/passwords/common-passwords.json', import.meta.url);

/**
 * `npm run common-passwords`: packs zxcvbn's list for the bundle of register. A test compares the committed file with
 * the package.
 */
const words = (JSON.parse(await readFile(source, 'utf8')) as string[]).filter((word) => word.length >= 4).toSorted();
const packed = brotliCompressSync(words.join('\n')).toString('base64');
await writeFile(target, `${JSON.stringify(packed)}\n`);
process.stdout.write(`${words.length} common passwords in ${packed.length} bytes\n`);
