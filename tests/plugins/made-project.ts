import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzip } from '#local/gateway/zip.ts';
import { type Bundle, type BundlesOptions, bundles } from '../../plugins/bundles/bundles.ts';
import type { NativePackages } from '../../plugins/bundles/natives.ts';

/** Native packages that npm need not install: one file each. */
export const madeNatives = (version = '1'): NativePackages => ({
  digest: async (names) => (names.length > 0 ? `${names} ${version}` : ''),
  files: async (names) => names.map((name) => ({ name: `node_modules/${name}/build.node`, content: Buffer.from(version) })),
});

export type MadeProject = Awaited<ReturnType<typeof madeProject>>;

/** A project of three functions in a temporary folder. Two of them share a file, the third uses a native package. */
export async function madeProject() {
  const root = await mkdtemp(join(tmpdir(), 'made-project-'));
  async function write(path: string, content: string | Buffer) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  await write('package.json', JSON.stringify({ type: 'module', imports: { '#lib/*': './lib/*' } }));
  await write('package-lock.json', '{}');
  await write('lib/aws/lambda-credentials.ts', '');
  await write('lib/greeting.ts', `export const greeting: string = 'good morning';`);
  await write('functions/greet.ts', `import { greeting } from '#lib/greeting.ts'; export const handler = () => greeting;`);
  await write(
    'functions/leave.ts',
    `import { greeting } from '#lib/greeting.ts'; import { bye } from 'farewell'; export const handler = () => greeting + bye;`,
  );
  await write('functions/draw.ts', `import sharp from 'sharp'; export const handler = () => sharp;`);
  await write('node_modules/farewell/package.json', JSON.stringify({ name: 'farewell', module: 'bye.js', sideEffects: false }));
  await write('node_modules/farewell/bye.js', `export const bye = 'until tomorrow';`);
  const entries = ['functions/greet.ts', 'functions/leave.ts', 'functions/draw.ts'];

  return {
    root,
    write,
    entries,
    /** Bundles all functions or those of the options; returns the number of built ones. */
    async bundle(options: Partial<BundlesOptions> = {}) {
      let built = 0;
      const made = new Map<string, Bundle>();
      const onCount = (_all: number, count: number) => {
        built = count;
      };
      for await (const bundle of bundles({ root, entries, natives: madeNatives(), onCount, ...options })) made.set(bundle.entry, bundle);
      return { built, made, zips: new Map([...made].map(([entry, { zip }]) => [entry, zip.toString('base64')])) };
    },
    /** Another project with the same files and without bundles. */
    async copy(): Promise<string> {
      const other = await mkdtemp(join(tmpdir(), 'made-project-'));
      await cp(root, other, { recursive: true, filter: (path) => path !== join(root, '.build') });
      return other;
    },
    async unzipped(zip: Buffer): Promise<string> {
      const folder = await mkdtemp(join(root, 'unzipped-'));
      await writeFile(`${folder}.zip`, zip);
      await unzip(`${folder}.zip`, folder);
      return folder;
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
