import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { unzip } from './zip.ts';

/** The folder of an unpacked zip, and whether it has native code. */
export type Unpacked = { readonly root: string; readonly isNative: boolean };
const threeDaysMs = 3 * 24 * 60 * 60 * 1000;
const unpacking = new Map<string, Promise<Unpacked>>();

/**
 * Unpacks a zip outside of the project, so that it can import only its own content. Otherwise a missing package would
 * be found in the project's node_modules. Folders are named by content, so each is made once per machine.
 */
export async function unpacked(zip: string): Promise<Unpacked> {
  const digest = createHash('sha256')
    .update(await readFile(zip))
    .digest('hex')
    .slice(0, 24);
  let result = unpacking.get(digest);
  if (!result) {
    result = unpackTo(zip, join(tmpdir(), `packaged-functions-${userInfo().uid}`, digest));
    unpacking.set(digest, result);
  }
  return await result;
}

async function unpackTo(zip: string, root: string): Promise<Unpacked> {
  const now = new Date();
  if (existsSync(root)) await utimes(root, now, now);
  else {
    await removeOld(dirname(root), now);
    const draft = `${root}.${randomUUID()}`;
    await mkdir(draft, { recursive: true, mode: 0o700 });
    await unzip(zip, draft);
    await rename(draft, root).catch(async (error: unknown) => {
      await rm(draft, { recursive: true });
      if (!existsSync(root)) throw error;
    });
  }
  const files = await readdir(root, { recursive: true });
  return { root, isNative: files.some((file) => file.endsWith('.node')) };
}

/** Deletes what builds of earlier days left, because nothing else does. */
async function removeOld(folder: string, now: Date): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found && now.getTime() - found.mtimeMs > threeDaysMs) await rm(path, { recursive: true, force: true });
  }
}
