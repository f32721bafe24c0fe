import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { fingerprint } from './bundles/fingerprint.ts';
import { digestOf } from './bundles/kept.ts';
import type { NativePackages } from './bundles/natives.ts';
import { type Lock, lockedPackages } from './locked-packages.ts';

const cpus: Readonly<Record<string, string>> = { arm64: 'arm64', x86_64: 'x64' };

/**
 * Tells npm which platform the packages are for: that of the Lambda, not of this machine. No install script runs,
 * because it could only build for this machine.
 */
export function npmEnvironment(architecture: string): Record<string, string> {
  const cpu = cpus[architecture];
  if (!cpu) throw new Error(`LAMBDA_ARCHITECTURE is ${JSON.stringify(architecture)}, but has to be arm64 or x86_64`);
  return {
    npm_config_cpu: cpu,
    npm_config_os: 'linux',
    npm_config_libc: 'glibc',
    npm_config_ignore_scripts: 'true',
    npm_config_prefer_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
  };
}

/**
 * Native packages in the versions of `package-lock.json`. npm installs them once per platform into
 * `.build/native-packages`. A folder there is complete or missing, and is installed again if its files have changed.
 */
export function nativePackages(root: string, architecture: string): NativePackages {
  const environment = npmEnvironment(architecture);
  const readLock = async (names: readonly string[]) =>
    lockedPackages(JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')), names);
  const nameOf = (lock: Lock) => `${digestOf(JSON.stringify(lock)).slice(0, 16)}-${architecture}`;
  return {
    digest: async (names) => (names.length > 0 ? nameOf(await readLock(names)) : ''),
    files: async (names) => {
      if (names.length === 0) return [];
      const lock = await readLock(names);
      const folder = join(root, '.build', 'native-packages', [...names, nameOf(lock)].join('-').replaceAll('/', '-'));
      if (!(await isWhole(folder))) await install(lock, folder, environment);
      return await filesIn(folder);
    },
  };
}

/** The file beside `node_modules` with its digest. */
const sealName = 'sealed';

async function isWhole(folder: string): Promise<boolean> {
  const seal = await readFile(join(folder, sealName), 'utf8').catch(() => undefined);
  return seal !== undefined && seal === (await fingerprint(folder, ['node_modules']));
}

async function install(lock: Lock, folder: string, environment: Record<string, string>): Promise<void> {
  const draft = `${folder}.${randomUUID()}`;
  try {
    await mkdir(draft, { recursive: true });
    const dependencies = lock.packages['']?.dependencies;
    await writeFile(join(draft, 'package.json'), JSON.stringify({ private: true, dependencies }));
    await writeFile(join(draft, 'package-lock.json'), JSON.stringify(lock));
    const place = await realpath(draft); // npm finds no lock file behind a link
    await promisify(execFile)('npm', ['ci', '--prefix', place], { cwd: place, env: { ...process.env, ...environment } });
    await rm(join(draft, 'node_modules', '.package-lock.json'), { force: true });
    await writeFile(join(draft, sealName), await fingerprint(draft, ['node_modules']));
    await rename(draft, folder).catch(async (error: unknown) => {
      if (await isWhole(folder)) return; // another process was faster
      await rm(folder, { recursive: true, force: true });
      await rename(draft, folder).catch(() => {
        throw error;
      });
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function filesIn(folder: string) {
  const entries = await readdir(join(folder, 'node_modules'), { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return await Promise.all(paths.map(async (path) => ({ name: relative(folder, path), content: await readFile(path) })));
}
