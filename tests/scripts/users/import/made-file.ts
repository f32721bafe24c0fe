import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'import-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;

/** A file with this in it, gone after the tests of its file. */
export function madeFile(content: string | Buffer, name = 'users'): string {
  made += 1;
  const file = join(folder, `${made}-${name}`);
  writeFileSync(file, content);
  return file;
}
