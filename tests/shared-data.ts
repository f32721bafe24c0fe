import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * A folder of test material that is not part of the repository (PngSuite, odd pictures, …) but may lie beside it in
 * `shared/data`; undefined where it does not. Tests that need it are skipped then.
 */
export function sharedData(path: string): string | undefined {
  const place = fileURLToPath(new URL(`../../shared/data/${path}`, import.meta.url));
  return existsSync(place) ? place : undefined;
}
