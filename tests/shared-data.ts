import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const besideTheRepository = fileURLToPath(new URL('../../shared/data', import.meta.url));

/**
 * A folder of public test material that is not part of the repository (PngSuite, Wycheproof, JSONTestSuite, naughty strings;
 * CONTRIBUTING.md says where to get them), in TEST_DATA or beside the repository; undefined where it is not. Tests that need it are
 * skipped then.
 */
export function sharedData(path: string): string | undefined {
  const place = resolve(process.env['TEST_DATA'] ?? besideTheRepository, path);
  return existsSync(place) ? place : undefined;
}
