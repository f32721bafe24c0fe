import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { Refusal } from './refusal.ts';

/**
 * Adds the settings of the file `.env` to the environment of this process; existing variables win. ENV_FILE names
 * another file; empty means none. A missing file is not an error. Names of AWS are left out, because the file is about
 * this machine and commands for deployed stages read it too. Throws a Refusal if the file cannot be read.
 */
export function readDotEnv(projectFolder: string, environment: NodeJS.ProcessEnv = process.env): void {
  const name = environment['ENV_FILE'] ?? '.env';
  if (name === '') return;
  const text = contentsOf(resolve(projectFolder, name), name, environment['ENV_FILE'] !== undefined);
  for (const [key, value] of Object.entries(parseEnv(text))) {
    if (!key.startsWith('AWS_')) environment[key] ??= value;
  }
}

function contentsOf(file: string, name: string, isAskedFor: boolean): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !isAskedFor) return '';
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file',
      EACCES: 'you may not read it',
      EISDIR: 'it is a folder',
    };
    throw new Refusal(
      `${name} cannot be read: ${reasons[code ?? ''] ?? (error as Error).message}. Settings of a laptop stand in it (.env.example).`,
    );
  }
}
