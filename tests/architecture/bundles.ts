import { build } from 'esbuild';
import { localArchitecture, packageStage } from '#local/gateway/packaged.ts';
import { projectFolder } from '#local/project.ts';
import type { Output } from '../../plugins/bundles/build.ts';
import { bundles } from '../../plugins/bundles/bundles.ts';
import { bundling } from '../../plugins/bundles/options.ts';
import { nativePackages } from '../../plugins/native-packages.ts';
import { entryOf } from '../../plugins/packaging.ts';
import { type DeclaredFunction, declaredFunctions, readYaml } from './read-service.ts';

export type BundledFunction = {
  readonly name: string;
  /** Bytes, minified, without native parts. */
  readonly size: number;
  /** Bytes by package; 0 for a package that is required at run time. */
  readonly packages: ReadonlyMap<string, number>;
};

/**
 * Every packaged function, and the authorizers of other schemes. The sizes come from the metafiles that packaging
 * keeps.
 */
export async function bundledFunctions(): Promise<BundledFunction[]> {
  const others = readYaml<Record<string, DeclaredFunction>>('functions/schemes.yml');
  const entries = new Map([
    ...declaredFunctions().map(({ name, definition }) => [name, entryOf(definition.handler)] as const),
    ...Object.entries(others).map(([scheme, { handler }]) => [`authorizer, ${scheme}`, entryOf(handler)] as const),
  ]);
  await packageStage({ stage: 'dev' });
  const outputs = new Map<string, Output>();
  const natives = nativePackages(projectFolder, localArchitecture);
  for await (const { entry, output } of bundles({ root: projectFolder, entries: [...entries.values()], natives })) {
    outputs.set(entry, output);
  }
  return [...entries].map(([name, entry]) => weigh(name, outputs.get(entry)));
}

/** Bundles a source text alone, and returns its size and packages. */
export async function bundleOf(contents: string): Promise<BundledFunction> {
  const stdin = { contents, resolveDir: projectFolder };
  const { metafile } = await build({ ...bundling, stdin, outdir: 'out', write: false, metafile: true, logLevel: 'silent' });
  return weigh('made up', Object.entries(metafile.outputs).find(([path]) => !path.endsWith('.map'))?.[1]);
}

function weigh(name: string, output: Output | undefined): BundledFunction {
  if (!output) throw new Error(`${name} has no bundle`);
  const packages = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
    const from = packageOf(path);
    if (from && bytesInOutput > 0) packages.set(from, (packages.get(from) ?? 0) + bytesInOutput);
  }
  for (const { path, external } of output.imports) if (external && !path.startsWith('node:')) packages.set(path, 0);
  return { name, size: output.bytes, packages };
}

function packageOf(path: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
}
