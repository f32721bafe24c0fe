import { type BuildFailure, type BuildOptions, build, type Metafile, type OutputFile } from 'esbuild';
import type { ZippedFile } from './zip.ts';

/** What esbuild says about one bundle: its size, what is in it and what it imports at run time. */
export type Output = Metafile['outputs'][string];

export type Built = {
  readonly entry: string;
  readonly output: Output;
  /** Every file that esbuild read for it, including files of which nothing is left in the bundle. */
  readonly inputs: readonly string[];
  /** The bundle and its source map, named as in the zip. */
  readonly files: readonly ZippedFile[];
};

/** Bundles these files of the project in one call of esbuild. Throws one line for each error, with its file and line. */
export async function buildEntries(root: string, entries: readonly string[], options: BuildOptions): Promise<Built[]> {
  const { metafile, outputFiles } = await build({
    ...options,
    absWorkingDir: root,
    entryPoints: [...entries],
    outbase: '.',
    outdir: '.', // nothing is written: source maps name files as seen from where the bundle lies in the zip
    write: false,
    metafile: true,
    logLevel: 'silent',
  }).catch((error: BuildFailure) => {
    throw new Error(error.errors?.map(asLine).join('\n') || error.message, { cause: error });
  });
  return Object.entries(metafile.outputs).flatMap(([name, output]) => {
    if (!output.entryPoint) return [];
    const files = [name, `${name}.map`].map((each) => ({ name: each, content: contentOf(each, root, outputFiles) }));
    return [{ entry: output.entryPoint, output, inputs: reachableFrom(output.entryPoint, metafile), files }];
  });
}

function asLine({ text, location }: BuildFailure['errors'][number]): string {
  return location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text;
}

function contentOf(name: string, root: string, outputFiles: readonly OutputFile[]): Uint8Array {
  const found = outputFiles.find(({ path }) => path === `${root}/${name}`);
  if (!found) throw new Error(`esbuild made no ${name}`);
  return found.contents;
}

function reachableFrom(entry: string, { inputs }: Metafile): string[] {
  const reached = new Set([entry]);
  for (const file of reached) {
    for (const { path, external } of inputs[file]?.imports ?? []) if (!external) reached.add(path);
  }
  return [...reached].sort();
}
