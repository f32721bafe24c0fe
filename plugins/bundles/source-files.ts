import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from './kept.ts';

/** The files of a project at one moment. */
export type SourceFiles = {
  /** The digest of a file, which is read once; empty if there is none. */
  digest(path: string): Promise<string>;
  /** Whether each file has these digests. */
  match(digests: Readonly<Record<string, string>>): Promise<boolean>;
  /** Whether no file was written since then. Otherwise esbuild may have read another content than the digested one. */
  areUntouched(paths: readonly string[]): Promise<boolean>;
};

/** `scratch` is a folder on the same disk; its clock gives the time. */
export async function readSourceFiles(root: string, scratch: string): Promise<SourceFiles> {
  const known = new Map<string, Promise<string>>();
  const start = await timeOn(scratch);
  const digest = (path: string) => {
    const found = known.get(path) ?? readFile(join(root, path)).then(digestOf, () => '');
    known.set(path, found);
    return found;
  };
  return {
    digest,
    async match(digests) {
      for (const [path, expected] of Object.entries(digests)) if ((await digest(path)) !== expected) return false;
      return true;
    },
    async areUntouched(paths) {
      const times = await Promise.all(paths.map((path) => stat(join(root, path), { bigint: true }).catch(() => undefined)));
      return times.every((time) => time !== undefined && time.ctimeNs <= start);
    },
  };
}

async function timeOn(folder: string): Promise<bigint> {
  await mkdir(folder, { recursive: true });
  const mark = join(folder, `.clock-${randomUUID()}`);
  await writeFile(mark, '');
  const { ctimeNs } = await stat(mark, { bigint: true });
  await rm(mark);
  return ctimeNs;
}
