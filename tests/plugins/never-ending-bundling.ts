import { bundles } from '../../plugins/bundles/bundles.ts';

/** Bundles entry points until the first that has native packages, says so, and waits for them for ever. */
const [root = '', ...entries] = process.argv.slice(2);
const files = () => {
  process.stdout.write('waiting\n');
  return new Promise<never>(() => setInterval(() => undefined, 1000));
};
const natives = {
  digest: async (names: readonly string[]) => (names.length > 0 ? `${names} 1` : ''),
  files: async (names: readonly string[]) => (names.length > 0 ? await files() : []),
};
for await (const { entry } of bundles({ root, entries, natives })) process.stderr.write(`${entry}\n`);
