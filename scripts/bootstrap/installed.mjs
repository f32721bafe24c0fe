import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The reason for an incomplete installation. */
export const brokeOff = 'an installation broke off';

/**
 * Why the packages in `folder` differ from its lock file, in a few words; undefined if they do not. npm writes
 * `node_modules/.package-lock.json` last, so an interrupted installation is noticed too. Optional packages may be
 * missing: most of them are for other machines.
 */
export function whyNotInstalled(folder) {
  const modules = join(folder, 'node_modules');
  if (!existsSync(modules)) return 'nothing is installed yet';
  const wanted = readPackages(join(folder, 'package-lock.json'));
  const present = readPackages(join(modules, '.package-lock.json'));
  if (!wanted) return undefined;
  if (!present) return brokeOff;
  for (const [path, { version, optional, devOptional, link }] of Object.entries(wanted)) {
    if (path === '' || link) continue;
    const mayBeMissing = Boolean(optional || devOptional);
    const isMissing = !present[path] || !existsSync(join(folder, path));
    if (isMissing ? !mayBeMissing : present[path].version !== version) return `${nameOf(path)} ${version} is not installed`;
  }
  return undefined;
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function nameOf(path) {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
