import { build, type Metafile } from 'esbuild';
import { bundling, type DeclaredFunction, declaredFunctions, readYaml } from './read-service.ts';

export type Bundle = {
  readonly name: string;
  /** Bytes, minified, without native parts. */
  readonly size: number;
  /** Bytes by package, of those that are in the bundle; 0 for what is required at run time. */
  readonly packages: ReadonlyMap<string, number>;
};

/** Bundles every function as serverless-esbuild does, in memory, and whatever else the authorizer is on some stage. */
export async function bundles(): Promise<Bundle[]> {
  const others = readYaml<Record<string, DeclaredFunction>>('functions/schemes.yml');
  const entries = [
    ...declaredFunctions().map(({ name, definition }) => [name, definition] as const),
    ...Object.entries(others).map(([scheme, definition]) => [`authorizer, ${scheme}`, definition] as const),
  ];
  return Promise.all(entries.map(async ([name, { handler }]) => bundle(name, { entryPoints: [`${handler.replace(/\.\w+$/, '')}.ts`] })));
}

/** Bundles one entry, and tells what went into it. */
export async function bundle(name: string, entry: { entryPoints: string[] } | { stdin: { contents: string; resolveDir: string } }) {
  const { metafile } = await build({ ...bundling(), ...entry, outdir: 'out', write: false, metafile: true, logLevel: 'silent' });
  return weigh(name, metafile);
}

function weigh(name: string, { outputs }: Metafile): Bundle {
  const output = Object.entries(outputs).find(([path]) => !path.endsWith('.map'))?.[1];
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
