import type { BuildOptions } from 'esbuild';

/** How esbuild bundles a function. CommonJS and `module` before `main` load fastest (docs/decisions/0012). */
export const bundling = {
  bundle: true,
  minify: true,
  charset: 'utf8', // the Chinese sentences in three bytes a character instead of six
  sourcemap: true,
  sourcesContent: false,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  mainFields: ['module', 'main'],
  external: ['sharp'],
  define: { 'import.meta.dirname': '__dirname' }, // the folder of the bundle: a CommonJS file has no import.meta
  // A Lambda gets its credentials from its environment only (docs/decisions/0012).
  alias: { '@aws-sdk/credential-provider-node': './lib/aws/lambda-credentials.ts' },
  // A copy of the project that links to our node_modules gets the same paths, so it shares the bundles that are kept.
  preserveSymlinks: true,
} satisfies BuildOptions;
