import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nativePackages, npmEnvironment } from '../../plugins/native-packages.ts';

it.each([
  ['arm64', 'arm64'],
  ['x86_64', 'x64'],
])('has npm fetch the builds of native packages for a %s Lambda, whatever this machine is', (architecture, cpu) => {
  expect(npmEnvironment(architecture)).toMatchObject({ npm_config_cpu: cpu, npm_config_os: 'linux', npm_config_libc: 'glibc' });
});

it('runs no install script of a package', () => {
  expect(npmEnvironment('arm64')).toMatchObject({ npm_config_ignore_scripts: 'true' });
});

it('refuses an architecture that Lambda does not have', () => {
  expect(() => npmEnvironment('x64')).toThrow('LAMBDA_ARCHITECTURE is "x64", but has to be arm64 or x86_64');
});

describe('native packages', () => {
  let root: string;
  const { PATH } = process.env;
  const installed = () => readFile(join(root, 'calls'), 'utf8').then((text) => text.trim().split('\n'));
  const kept = () => readdir(join(root, '.build', 'native-packages'));

  /** An npm that records its arguments and installs one file. */
  async function npmThat(ends: string) {
    await mkdir(join(root, 'bin'), { recursive: true });
    const script = `#!/bin/sh
echo "$1 $npm_config_cpu" >> "${root}/calls"
mkdir -p node_modules/draw && echo "for $npm_config_cpu" > node_modules/draw/build.node
${ends}
`;
    await writeFile(join(root, 'bin', 'npm'), script);
    await chmod(join(root, 'bin', 'npm'), 0o755);
    process.env['PATH'] = [join(root, 'bin'), PATH].join(delimiter);
  }

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'native-packages-'));
    await writeLock('1.0.0');
    await npmThat('exit 0');
  });
  afterEach(async () => {
    process.env['PATH'] = PATH;
    await rm(root, { recursive: true });
  });

  async function writeLock(version: string) {
    const packages = { 'node_modules/draw': { version }, 'node_modules/other': { version } };
    await writeFile(join(root, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }));
  }
  const filesFor = async (architecture: string) => {
    const files = await nativePackages(root, architecture).files(['draw']);
    return files.map(({ name, content }) => `${name} ${Buffer.from(content)}`.trim());
  };

  it('are installed for a project behind a link, where npm wants the real folder', async () => {
    await npmThat(`[ "$3" = "$(pwd -P)" ] || exit 9`);
    const link = `${root}-link`;
    await symlink(root, link);
    const files = await nativePackages(link, 'arm64').files(['draw']);
    await rm(link);
    expect(files.map(({ name }) => name)).toEqual(['node_modules/draw/build.node']);
  });

  it('are installed once for each platform', async () => {
    for (let time = 0; time < 2; time += 1) {
      expect(await filesFor('arm64')).toEqual(['node_modules/draw/build.node for arm64']);
      expect(await filesFor('x86_64')).toEqual(['node_modules/draw/build.node for x64']);
    }
    expect(await installed()).toEqual(['ci arm64', 'ci x64']);
  });

  it('are installed again if another version is locked', async () => {
    const before = await nativePackages(root, 'arm64').digest(['draw']);
    await filesFor('arm64');
    await writeLock('1.0.1');
    await filesFor('arm64');
    expect(await installed()).toHaveLength(2);
    expect(await nativePackages(root, 'arm64').digest(['draw'])).not.toBe(before);
  });

  it('are installed again if a file has changed', async () => {
    await filesFor('arm64');
    const [name = ''] = await kept();
    await writeFile(join(root, '.build', 'native-packages', name, 'node_modules/draw/build.node'), 'damaged');
    expect(await filesFor('arm64')).toEqual(['node_modules/draw/build.node for arm64']);
    expect(await kept()).toEqual([name]);
  });

  it('are not there when npm fails halfway', async () => {
    await npmThat('echo "no such version" >&2; exit 1');
    await expect(filesFor('arm64')).rejects.toThrow('no such version');
    expect(await kept()).toEqual([]);
  });

  it('are the same for several processes that install them at once', async () => {
    const all = await Promise.all([filesFor('arm64'), filesFor('arm64'), filesFor('arm64')]);
    expect(new Set(all.flat())).toEqual(new Set(['node_modules/draw/build.node for arm64']));
    expect(await kept()).toHaveLength(1);
  });

  it('are none if none are imported, and npm is not called', async () => {
    const natives = nativePackages(root, 'arm64');
    expect([await natives.digest([]), await natives.files([])]).toEqual(['', []]);
    await expect(installed()).rejects.toThrow('ENOENT');
  });
});
