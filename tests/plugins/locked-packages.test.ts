import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { type Lock, lockedPackages } from '../../plugins/locked-packages.ts';

const lock: Lock = {
  lockfileVersion: 3,
  packages: {
    '': { dependencies: { draw: '^1.0.0', other: '^1.0.0' } },
    'node_modules/draw': { version: '1.2.3', dependencies: { pen: '^2.0.0' }, optionalDependencies: { 'draw-arm64': '1.2.3', gone: '1' } },
    'node_modules/draw/node_modules/pen': { version: '2.0.0', dependencies: { ink: '^1.0.0' } },
    'node_modules/draw-arm64': { version: '1.2.3' },
    'node_modules/ink': { version: '1.0.0', dependencies: { draw: '^1.0.0' } },
    'node_modules/other': { version: '1.0.0' },
    'node_modules/pen': { version: '1.0.0' },
  },
};

it('takes what a package needs out of the lock file, each in the version that it would import', () => {
  const { packages } = lockedPackages(lock, ['draw']);
  expect(Object.keys(packages)).toEqual([
    '',
    'node_modules/draw',
    'node_modules/draw-arm64',
    'node_modules/draw/node_modules/pen',
    'node_modules/ink',
  ]);
  expect(packages['']).toEqual({ dependencies: { draw: '1.2.3' } });
});

it('names a package that is imported and not locked', () => {
  expect(() => lockedPackages(lock, ['paint'])).toThrow('package-lock.json has no paint, which a function imports');
});

it('finds in our lock file the builds of sharp for every platform of Lambda', async () => {
  const { packages } = lockedPackages(JSON.parse(await readFile('package-lock.json', 'utf8')), ['sharp']);
  for (const name of ['sharp-linux-arm64', 'sharp-libvips-linux-arm64', 'sharp-linux-x64', 'sharp-libvips-linux-x64']) {
    expect(packages).toHaveProperty([`node_modules/@img/${name}`]);
  }
  expect(packages).not.toHaveProperty(['node_modules/esbuild']);
});
