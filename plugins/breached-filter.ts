import { readFile } from 'node:fs/promises';
import { openSealedFilter, UnsoundFilter } from '#lib/passwords/breached-filter.ts';

/** The filter of passwords from breaches in the folder of a project. */
export const filterFile = 'project/breached-passwords.filter';

/** The filter, by the source file that reads it, for a stage with this value of BREACHED_PASSWORDS. */
export function filterFiles(breachedPasswords: unknown): Readonly<Record<string, string>> {
  return breachedPasswords === 'file' ? { 'lib/passwords/breaches.file.ts': filterFile } : {};
}

/** Throws one sentence with the command that mends it, if BREACHED_PASSWORDS is `file` and the filter is missing or damaged. */
export async function refuseUnsoundFilter(breachedPasswords: unknown, path: string): Promise<void> {
  if (breachedPasswords !== 'file') return;
  try {
    openSealedFilter(await readFile(path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const what = error instanceof UnsoundFilter ? message : code === 'ENOENT' ? 'is missing' : `cannot be read (${message})`;
    throw new Error(`${filterFile} ${what}, and BREACHED_PASSWORDS: file needs it: make it with \`npm run breached -- build FILE\`.`);
  }
}
