import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;

type Packages = Record<string, { version: string; optional?: boolean }>;
const wanted: Packages = {
  'node_modules/one': { version: '1.0.0' },
  'node_modules/@two/other-machine': { version: '2.0.0', optional: true },
};

/** A project with the bootstrap, a lock file, and an npm that records its arguments. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'with-node-'));
  mkdirSync(join(folder, 'scripts'));
  for (const part of ['with-node.mjs', 'bootstrap']) {
    cpSync(new URL(`../../scripts/${part}`, import.meta.url), join(folder, 'scripts', part), { recursive: true });
  }
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: { '': { version: '0.0.0' }, ...wanted } }));
  writeFileSync(join(folder, 'ran.mjs'), 'console.log("ran", process.versions.node, ...process.argv.slice(2));');
  mkdirSync(join(folder, 'bin'));
  fakeNpm('exit 0');
});
afterEach(() => rmSync(folder, { recursive: true }));

function executable(path: string, content: string) {
  writeFileSync(path, `#!/bin/sh\n${content}\n`);
  chmodSync(path, 0o755);
}

const fakeNpm = (then: string) => executable(join(folder, 'bin', 'npm'), `echo "$@" >> "${folder}/npm.log"; ${then}`);
const npmRuns = () => (existsSync(join(folder, 'npm.log')) ? readFileSync(join(folder, 'npm.log'), 'utf8').trim().split('\n') : []);

function install(packages: Packages, { node = process.execPath }: { node?: string } = {}) {
  for (const path of Object.keys(packages)) mkdirSync(join(folder, path), { recursive: true });
  mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true });
  writeFileSync(join(folder, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));
  if (node) symlinkSync(node, join(folder, 'node_modules', '.bin', 'node'));
}

function start(parameters: string[], { node = process.execPath, env = {} }: { node?: string; env?: NodeJS.ProcessEnv } = {}) {
  return spawn(node, [join(folder, 'scripts', 'with-node.mjs'), ...parameters], {
    cwd: folder,
    env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, ...env },
  });
}

async function run(parameters: string[], options?: Parameters<typeof start>[1]) {
  const child = start(parameters, options);
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  return { code, output };
}

/** A node with another version, for the parts of the bootstrap that ask. */
function nodeThatSays(version: string): string {
  const preload = join(folder, `as-${version}.cjs`);
  writeFileSync(preload, `Object.defineProperty(process.versions, 'node', { value: '${version}' });`);
  const node = join(folder, `node-${version}`);
  executable(node, `if [ "$1" = --version ]; then echo v${version}; else exec "${process.execPath}" --require "${preload}" "$@"; fi`);
  return node;
}

const { 'node_modules/one': one } = wanted;

test('runs at once if everything is installed, except optional packages for other machines', async () => {
  install({ 'node_modules/one': one as Packages[string] });
  expect(await run(['ran.mjs', 'a', 'b c'])).toEqual({ code: 0, output: `ran ${process.versions.node} a b c\n` });
  expect(npmRuns()).toEqual([]);
});

test.each([
  ['nothing', () => {}, 'nothing is installed yet'],
  ['an older version', () => install({ 'node_modules/one': { version: '0.9.0' } }), 'one 1.0.0 is not installed'],
  [
    'another optional version',
    () => install({ ...wanted, 'node_modules/@two/other-machine': { version: '1.0.0' } }),
    '@two/other-machine 2.0.0',
  ],
  ['a package less', () => install({}), 'one 1.0.0 is not installed'],
  [
    'a package whose folder is gone',
    () => {
      install(wanted);
      rmSync(join(folder, 'node_modules/one'), { recursive: true });
    },
    'one 1.0.0 is not installed',
  ],
  [
    'half an installation',
    () => {
      install(wanted);
      rmSync(join(folder, 'node_modules/.package-lock.json'));
    },
    'an installation broke off',
  ],
])('installs first if there is %s, and says so', async (_, prepare, reason) => {
  prepare();
  const { code, output } = await run(['ran.mjs']);
  expect(output).toContain(`Installing packages, because ${reason}`);
  expect(output).toContain(`ran ${process.versions.node}`);
  expect(code).toBe(0);
  expect(npmRuns()).toEqual(['install --no-save --include=dev --include=optional --no-audit --no-fund --loglevel=error']);
});

test('deletes only the pieces of an interrupted installation', async () => {
  install(wanted);
  rmSync(join(folder, 'node_modules/.package-lock.json'));
  await run(['ran.mjs']);
  expect(existsSync(join(folder, 'node_modules'))).toBe(false);
  install({ 'node_modules/one': { version: '0.9.0' } });
  await run(['ran.mjs']);
  expect(existsSync(join(folder, 'node_modules/one'))).toBe(true);
});

test('runs nothing after a failed installation, and shows the output of npm', async () => {
  fakeNpm('echo "npm error no network" >&2; exit 1');
  const { code, output } = await run(['ran.mjs']);
  expect(code).toBe(1);
  expect(output).toContain('npm error no network');
  expect(output).toContain('The packages could not be installed');
  expect(output).not.toContain('ran ');
});

test('an old Node gets one line', async () => {
  const { code, output } = await run(['ran.mjs'], { node: nodeThatSays('18.19.0') });
  expect(code).toBe(1);
  expect(output).toMatch(/^Gatehouse needs Node 20 or later .* this is Node 18\.19\.0\.\n$/);
});

test('takes the Node that the project brings before the one it was started with', async () => {
  install(wanted);
  expect(await run(['ran.mjs'], { node: nodeThatSays('20.11.0') })).toEqual({ code: 0, output: `ran ${process.versions.node}\n` });
});

test('without its own Node uses Node 24 or later of the system, and gives advice for an older one', async () => {
  install(wanted, { node: '' });
  expect((await run(['ran.mjs'], { node: nodeThatSays('25.1.0') })).output).toMatch(/^ran/);
  const { code, output } = await run(['ran.mjs'], { node: nodeThatSays('22.5.0') });
  expect(code).toBe(1);
  expect(output).toMatch(/^There is no Node 24: .*npm rebuild node.*\n$/);
});

test('a tool is found among the project’s own, and runs with its Node', async () => {
  install(wanted);
  executable(join(folder, 'node_modules/.bin/tool'), 'command -v node; echo "$1"');
  expect((await run(['tool', 'x'])).output).toBe(`${join(folder, 'node_modules/.bin/node')}\nx\n`);
});

test('exits with the exit code of its program', async () => {
  install(wanted);
  writeFileSync(join(folder, 'seven.mjs'), 'process.exit(7)');
  expect((await run(['seven.mjs'])).code).toBe(7);
});

test.each(['SIGINT', 'SIGTERM'] as const)('passes %s on and waits for its program', async (signal) => {
  install(wanted);
  writeFileSync(
    join(folder, 'wait.mjs'),
    `process.on('${signal}', () => setTimeout(() => { console.log('done'); process.exit(3); }, 100)); setInterval(() => {}, 1000); console.log('up');`,
  );
  const child = start(['wait.mjs']);
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
    if (output === 'up\n') child.kill(signal);
  });
  const [code] = await once(child, 'close');
  expect({ code, output }).toEqual({ code: 3, output: 'up\ndone\n' });
});

test('a fresh clone gets its tools first, then runs one with its flags and with the installed Node', async () => {
  const npm = `mkdir -p "${folder}/node_modules/.bin" && cd "${folder}/node_modules/.bin" && ln -s "${process.execPath}" node`;
  fakeNpm(`${npm} && printf '#!/usr/bin/env node\\nconsole.log(process.execPath, ...process.argv.slice(2))\\n' > tool && chmod +x tool`);
  const { code, output } = await run(['tool', 'package', '--stage', 'dev'], { node: nodeThatSays('20.11.0') });
  expect(code).toBe(0);
  expect(output).toMatch(new RegExp(`${process.execPath} package --stage dev\n$`));
});

test('a tool runs with the Node of the system if the project has none and another is earlier on the path', async () => {
  install(wanted, { node: '' });
  executable(join(folder, 'bin', 'node'), 'echo the wrong one');
  executable(join(folder, 'node_modules/.bin/tool'), 'command -v node');
  expect((await run(['tool'])).output).toBe(`${join(process.execPath, '..', 'node')}\n`);
});
