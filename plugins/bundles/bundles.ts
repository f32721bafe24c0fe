import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type BuildOptions, version } from 'esbuild';
import { type Built, buildEntries, type Output } from './build.ts';
import { fingerprint } from './fingerprint.ts';
import { digestOf, findKept, type Kept, keep } from './kept.ts';
import { type NativePackages, nativesOf } from './natives.ts';
import { bundling } from './options.ts';
import { readSourceFiles, type SourceFiles } from './source-files.ts';
import { zip } from './zip.ts';

export type Bundle = {
  readonly entry: string;
  /** The bundle, its source map, the native packages it imports and the files it reads. */
  readonly zip: Buffer;
  readonly output: Output;
};

export type BundlesOptions = {
  /** The folder of the project, absolute. */
  readonly root: string;
  /** Paths in the project, such as `functions/auth/login.ts`. */
  readonly entries: readonly string[];
  readonly natives: NativePackages;
  /** Files of the project that source files read at run time, by the source file. A bundle with that source has its file beside it. */
  readonly readBy?: Readonly<Record<string, string>>;
  readonly options?: BuildOptions;
  /** Hears how many bundles there are and how many of them have to be built, before they are. */
  readonly onCount?: (all: number, built: number) => void;
  /** Called as soon as esbuild is no longer needed. */
  readonly onBuilt?: () => Promise<void>;
};

/** Entry points in one call of esbuild, which links all of a call at once: all of them together take 1.7 GB, four 200 MB. */
const entriesAtOnce = 4;

/**
 * Yields the bundle of each entry point as soon as it is ready. Bundles with unchanged inputs come from
 * `.build/bundles`; the others are built and kept there. A bundle depends neither on the other bundles of a run nor on
 * the folder of the project.
 */
export async function* bundles(wanted: BundlesOptions): AsyncGenerator<Bundle> {
  const { root, natives, readBy = {}, options = bundling } = wanted;
  const folder = join(root, '.build', 'bundles');
  const folderOf = (entry: string) => join(folder, entry.replaceAll('/', '-'));
  const entries = [...new Set(wanted.entries)].sort();
  const files = await readSourceFiles(root, folder);
  const setup = await setupOf(root, options);

  const isCurrent = async (kept: Kept) =>
    kept.setup === setup &&
    isDeepStrictEqual(kept.beside, besideOf(kept.output, readBy)) &&
    kept.natives === (await natives.digest(nativesOf(kept.output))) &&
    (await files.match(kept.inputs));

  async function finish({ entry, output, inputs, files: own }: Built): Promise<Bundle> {
    const names = nativesOf(output);
    const beside = besideOf(output, readBy);
    const read = await Promise.all(beside.map(async (name) => ({ name, content: await readFile(join(root, name)) })));
    const bundle = { entry, output, zip: await zip([...own, ...(await natives.files(names)), ...read]) };
    const all = [...inputs, ...beside];
    if (await files.areUntouched(all)) {
      const origin = { setup, inputs: await digestsOf(all, files), natives: await natives.digest(names), beside };
      await keep(folderOf(entry), { ...origin, output }, bundle.zip);
    }
    return bundle;
  }

  const missing: string[] = [];
  for (const entry of entries) {
    const current = await findKept(folderOf(entry), isCurrent);
    if (current) yield { entry, zip: current.zip, output: current.kept.output };
    else missing.push(entry);
  }
  wanted.onCount?.(entries.length, missing.length);
  const withNatives: Built[] = []; // for later: npm takes as much memory as esbuild
  for (const group of inGroups(missing)) {
    for (const built of await buildEntries(root, group, options)) {
      if (nativesOf(built.output).length > 0) withNatives.push(built);
      else yield await finish(built);
    }
  }
  await wanted.onBuilt?.();
  for (const built of withNatives) yield await finish(built);
}

/** The files that a bundle reads at run time: those of the sources of which something is left in it. */
function besideOf({ inputs }: Output, readBy: Readonly<Record<string, string>>): string[] {
  return Object.entries(readBy).flatMap(([source, file]) => ((inputs[source]?.bytesInOutput ?? 0) > 0 ? [file] : []));
}

function inGroups(entries: readonly string[]): string[][] {
  const count = Math.ceil(entries.length / entriesAtOnce);
  return Array.from({ length: count }, (_, at) => entries.slice(at * entriesAtOnce, (at + 1) * entriesAtOnce));
}

/** The inputs of every bundle, this code included. */
async function setupOf(root: string, options: BuildOptions): Promise<string> {
  const project = await fingerprint(root, ['package.json', 'package-lock.json', 'tsconfig.json']);
  const ourselves = await fingerprint(import.meta.dirname, ['.']);
  return digestOf(JSON.stringify([version, process.version, options, project, ourselves]));
}

/** Adds the package.json of every package with a file in the bundle, because it decides which files those are. */
async function digestsOf(inputs: readonly string[], files: SourceFiles): Promise<Record<string, string>> {
  const packages = inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+\//.exec(path)?.[0] ?? []);
  const paths = [...new Set([...inputs, ...packages.map((folder) => `${folder}package.json`)])].sort();
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await files.digest(path)] as const)));
}
