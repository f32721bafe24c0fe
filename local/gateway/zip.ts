import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

const inflate = promisify(inflateRaw);
const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const stored = 0;
const deflated = 8;

type Entry = { readonly name: string; readonly method: number; readonly size: number; readonly offset: number };

/** Unpacks a zip archive (PKWARE APPNOTE 4.3; no zip64, no encryption) into a folder, which it creates. */
export async function unzip(file: string, directory: string): Promise<void> {
  const archive = await readFile(file);
  for (const entry of entriesOf(archive, file)) await writeEntry(archive, entry, directory);
}

function entriesOf(archive: Buffer, name: string): Entry[] {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0 || archive.readUInt32LE(end) !== endOfDirectory) throw new Error(`${name} is not a zip archive`);
  const entries: Entry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (archive.readUInt32LE(at) !== directoryEntry) throw new Error(`${name} has a broken directory`);
    const nameLength = archive.readUInt16LE(at + 28);
    entries.push({
      name: archive.toString('utf8', at + 46, at + 46 + nameLength),
      method: archive.readUInt16LE(at + 10),
      size: archive.readUInt32LE(at + 20),
      offset: archive.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}

async function writeEntry(archive: Buffer, { name, method, size, offset }: Entry, directory: string): Promise<void> {
  if (normalize(name).startsWith('..') || name.startsWith('/')) throw new Error(`the archive wants to write outside: ${name}`);
  const path = join(directory, name);
  if (name.endsWith('/')) {
    await mkdir(path, { recursive: true });
    return;
  }
  const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
  const bytes = archive.subarray(start, start + size);
  if (method !== stored && method !== deflated) throw new Error(`${name} is packed by method ${method}`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, method === stored ? bytes : await inflate(bytes));
}
