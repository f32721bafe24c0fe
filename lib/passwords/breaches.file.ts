import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { warnAlarm } from '#lib/log.ts';
import { breachDigest } from './breach-digest.ts';
import { type BreachedFilter, openFilter, UnsoundFilter } from './breached-filter.ts';
import type { Breaches } from './breaches.ts';

/**
 * `project/breached-passwords.filter`, which `npm run breached -- build` writes. It is two folders above this file and above each
 * bundle that has it beside itself (`functions/<resource>/<verb>.cjs`).
 */
export const breachedPasswordsFile = join(import.meta.dirname, '..', '..', 'project', 'breached-passwords.filter');

type Needs = {
  /** The stage of the metric `breaches_not_asked`. */
  readonly stage: string;
  readonly file?: string;
};

/**
 * Looks passwords up in a filter that lies beside the code, so that nothing leaves the stage. The file is read at the first password, once
 * for each instance. A file that cannot be read refuses no password; it is counted, and read again at the next one. Packaging and the
 * start have compared its seal.
 */
export function fileBreaches({ stage, file = breachedPasswordsFile }: Needs): Breaches {
  let opening: Promise<BreachedFilter> | undefined;
  return {
    async has(password) {
      opening ??= readFile(file).then(openFilter);
      try {
        return (await opening).has(breachDigest(password));
      } catch (error) {
        opening = undefined;
        warnAlarm('breaches_not_asked', stage, { reason: error instanceof UnsoundFilter ? `the filter ${error.message}` : 'no filter' });
        return false;
      }
    },
  };
}
