import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Output } from './build.ts';

/** A bundle and its inputs. It is built again if any input differs. */
export type Kept = {
  /** The digest of what every bundle depends on: options, tools, locked packages. */
  readonly setup: string;
  /** Digests of the files that went into it, by their path in the project. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Digest of the native packages in its zip. */
  readonly natives: string;
  /** The files beside it in its zip that it reads at run time. */
  readonly beside: readonly string[];
  readonly output: Output;
  /** Digest of the zip. */
  readonly zip: string;
};

/** The number of bundles kept per entry point: one for each project and platform in use, and some earlier ones. */
const keptAtMost = 6;
const hourMs = 60 * 60 * 1000;
const draftName = /^draft-/;

/**
 * The current zip of an entry point, looking at the last used first. The name of each folder is the digest of its
 * description, which has the digest of the zip. A folder that does not match is removed.
 */
export async function findKept(
  folder: string,
  isCurrent: (kept: Kept) => Promise<boolean>,
): Promise<{ readonly kept: Kept; readonly zip: Buffer } | undefined> {
  for (const name of await namesByUse(folder)) {
    const place = join(folder, name);
    const kept = await readKept(place, name);
    if (kept && !(await isCurrent(kept))) continue;
    const zip = kept && (await readFile(join(place, 'function.zip')).catch(() => undefined));
    if (zip && digestOf(zip) === kept.zip) {
      const now = new Date();
      await utimes(place, now, now).catch(() => undefined);
      return { kept, zip };
    }
    await rm(place, { recursive: true, force: true });
  }
  return undefined;
}

/** Keeps the zip of an entry point, completely or not at all, also if several processes do so at once. */
export async function keep(folder: string, kept: Omit<Kept, 'zip'>, zip: Buffer): Promise<void> {
  const description = JSON.stringify({ ...kept, zip: digestOf(zip) } satisfies Kept);
  const draft = join(folder, `draft-${randomUUID()}`);
  await mkdir(draft, { recursive: true });
  await writeFile(join(draft, 'bundle.json'), description);
  await writeFile(join(draft, 'function.zip'), zip);
  // A folder of that name has the same content: another process was faster.
  await rename(draft, join(folder, digestOf(description))).catch(() => rm(draft, { recursive: true, force: true }));
  await removeOld(folder);
}

export const digestOf = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex').slice(0, 32);

async function readKept(place: string, name: string): Promise<Kept | undefined> {
  const text = await readFile(join(place, 'bundle.json'), 'utf8').catch(() => '');
  return digestOf(text) === name ? JSON.parse(text) : undefined;
}

async function namesByUse(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => !draftName.test(name));
  const uses = await Promise.all(names.map(async (name) => ({ name, at: await timeOf(join(folder, name)) })));
  return uses.sort((one, other) => other.at - one.at).map(({ name }) => name);
}

async function removeOld(folder: string): Promise<void> {
  const superfluous = (await namesByUse(folder)).slice(keptAtMost);
  for (const name of await readdir(folder)) {
    const isAbandoned = draftName.test(name) && Date.now() - (await timeOf(join(folder, name))) > hourMs;
    if (isAbandoned || superfluous.includes(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function timeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now();
}
