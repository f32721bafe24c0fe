import { isBuiltin } from 'node:module';
import type { Output } from './build.ts';
import type { ZippedFile } from './zip.ts';

/** Packages that cannot be bundled, for the platform of the Lambda. No names give no files. */
export type NativePackages = {
  /** Changes when the files do. */
  digest(names: readonly string[]): Promise<string>;
  files(names: readonly string[]): Promise<readonly ZippedFile[]>;
};

/** The packages that a bundle imports at run time. They must be beside it in the zip. */
export function nativesOf({ imports }: Output): string[] {
  const paths = imports.filter(({ path, external }) => external && !isBuiltin(path)).map(({ path }) => path);
  return [...new Set(paths.map((path) => /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path))].sort();
}
