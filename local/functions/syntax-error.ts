import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Thrown } from './messages.ts';

const run = promisify(execFile);
/** Each check is a process; the files saved last are looked at first. */
const most = 10;

/**
 * Finds the file and the line of a syntax error by checking files one by one. Node 24 tells neither for errors that V8 finds in a module,
 * such as a name that is declared twice. Resolves to undefined if all of the files are sound.
 */
export async function findSyntaxError(files: readonly string[]): Promise<Thrown | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'syntax-'));
  try {
    for (const file of await newestFirst(files)) {
      const copy = join(folder, 'checked.mjs');
      // Types become blanks, so lines and columns stay.
      await writeFile(copy, stripTypeScriptTypes(await readFile(file, 'utf8')));
      const found = await run(process.execPath, ['--check', copy]).then(
        () => undefined,
        (error: { stderr?: string }) => error.stderr,
      );
      const message = /^SyntaxError: (.*)$/m.exec(found ?? '')?.[1];
      if (found && message) return { name: 'SyntaxError', message, stack: found.replace(copy, file) };
    }
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function newestFirst(files: readonly string[]): Promise<string[]> {
  const dated = await Promise.all(
    files
      .filter((file) => file.endsWith('.ts'))
      .map(async (file) => ({ file, at: (await stat(file).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  return dated
    .filter(({ at }) => at > 0)
    .sort((one, other) => other.at - one.at)
    .slice(0, most)
    .map(({ file }) => file);
}
