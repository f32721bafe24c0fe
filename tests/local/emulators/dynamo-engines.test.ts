import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dynoxideBinary, dynoxideMachines, howToGetDynamo, type Machine } from '#local/emulators/dynamo-engines.ts';

type LockEntry = { readonly version: string; readonly optional?: boolean; readonly os?: string[]; readonly cpu?: string[] };
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { optionalDependencies: Record<string, string> };
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, LockEntry> };

const mac: Machine = { platform: 'darwin', arch: 'arm64' };
const machineOf = (name: string): Machine => {
  const [platform = '', arch = ''] = name.split('-');
  return { platform, arch };
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'engines-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Packages as npm installs them; returns the function that finds them. */
function installed(...files: readonly string[]) {
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
  return (name: string) => (files.some((file) => file.startsWith(`${name}/`)) ? join(folder, name, 'package.json') : undefined);
}

describe('the binary', () => {
  test.each(dynoxideMachines)('for %s is in a package of that name', (name) => {
    const file = name.startsWith('win32') ? 'dynoxide.exe' : 'dynoxide';
    const resolve = installed(`@dynoxide/${name}/${file}`);
    expect(dynoxideBinary(machineOf(name), resolve)).toBe(join(folder, '@dynoxide', name, file));
  });

  test.each<[string, Machine]>([
    ['of another processor', { platform: 'darwin', arch: 'x64' }],
    ['of another system', { platform: 'linux', arch: 'arm64' }],
  ])('%s is not for this machine', (_, machine) => {
    expect(dynoxideBinary(machine, installed('@dynoxide/darwin-arm64/dynoxide'))).toBeUndefined();
  });

  test('is missing if the package does not have it', () => {
    expect(dynoxideBinary(mac, installed('@dynoxide/darwin-arm64/package.json'))).toBeUndefined();
  });

  test('is not looked for if none is published', () => {
    const asked: string[] = [];
    expect(dynoxideBinary({ platform: 'freebsd', arch: 'x64' }, (name) => void asked.push(name))).toBeUndefined();
    expect(asked).toEqual([]);
  });
});

describe('the installation', () => {
  test.each(dynoxideMachines)('installs the package for %s only there, and can do without it', (name) => {
    expect(manifest.optionalDependencies).toHaveProperty([`@dynoxide/${name}`], manifest.optionalDependencies['@dynoxide/linux-x64']);
    const { platform, arch } = machineOf(name);
    expect(lock.packages[`node_modules/@dynoxide/${name}`]).toMatchObject({
      version: lock.packages['node_modules/@dynoxide/linux-x64']?.version,
      optional: true,
      os: [platform],
      cpu: [arch],
    });
  });
});

describe('a machine without DynamoDB gets advice', () => {
  const toldTo = (text: string) => [...text.matchAll(/^ {2}(.+?)(?: {3}|$)/gm)].map(([, command]) => command);
  const optional = 'npm install --include=optional';

  test.each<[Machine, string[]]>([
    [mac, [optional, 'brew install --cask temurin']],
    [{ platform: 'darwin', arch: 'x64' }, [optional, 'brew install --cask temurin']],
    [{ platform: 'linux', arch: 'arm64' }, [optional, 'sudo apt-get install default-jre-headless, or what your distribution calls it']],
    [{ platform: 'linux', arch: 'riscv64' }, ['sudo apt-get install default-jre-headless, or what your distribution calls it']],
    [{ platform: 'win32', arch: 'x64' }, [optional, 'winget install EclipseAdoptium.Temurin.21.JRE']],
    [{ platform: 'win32', arch: 'arm64' }, ['winget install EclipseAdoptium.Temurin.21.JRE']],
    [{ platform: 'freebsd', arch: 'x64' }, ['install Java 17 or later, on which DynamoDB Local runs']],
  ])('%j', (machine, commands) => {
    const told = howToGetDynamo(machine, 0);
    expect(told).toContain(`There is no DynamoDB for this machine (${machine.platform} on ${machine.arch}).`);
    expect(toldTo(told)).toEqual(commands);
  });

  test('and no package that does not exist', () => {
    expect(howToGetDynamo(mac, 0)).toContain('@dynoxide/darwin-arm64');
    for (const machine of [
      { platform: 'linux', arch: 'riscv64' },
      { platform: 'win32', arch: 'arm64' },
      { platform: 'sunos', arch: 'x64' },
    ])
      expect(howToGetDynamo(machine, 0)).not.toContain('@dynoxide');
  });

  test('also if its Java is too old', () => {
    expect(howToGetDynamo(mac, 11)).toContain('Java 17 or later, on which DynamoDB Local runs; Java 11 is too old');
  });

  test('about the requested engine only', () => {
    expect(toldTo(howToGetDynamo(mac, 0, 'dynamodb-local'))).toEqual(['brew install --cask temurin']);
    expect(toldTo(howToGetDynamo(mac, 21, 'dynoxide'))).toEqual([optional]);
    expect(howToGetDynamo({ platform: 'aix', arch: 'ppc64' }, 0, 'dynoxide')).toBe(
      'The DynamoDB engine dynoxide is not available here (aix on ppc64). dynoxide has no binary for it.',
    );
  });
});
