import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readYaml } from './read-service.ts';

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const git = (...parameters: readonly string[]) => spawnSync('git', parameters, { encoding: 'utf8' });

describe('every file with a Node version', () => {
  it('has the version that the functions run on', () => {
    const { provider } = readYaml<{ provider: { runtime: string } }>('serverless.yml');
    const [, major] = /^nodejs(\d+)\.x$/.exec(provider.runtime) ?? [];
    expect(readFileSync('.nvmrc', 'utf8')).toBe(`${major}\n`);
    expect(json('.devcontainer/devcontainer.json').image).toMatch(new RegExp(`:${major}$`));
    expect(json('package.json').devDependencies.node).toMatch(new RegExp(`^\\^${major}\\.`));
  });
});

const { scripts } = json('package.json') as { scripts: Record<string, string> };

describe('scripts/', () => {
  const unnamed = (files: readonly string[]) =>
    files.filter((file) => !Object.values(scripts).some((line) => line.split(' ').includes(file)));

  it('holds only commands of package.json; what they share lies in its folders', () => {
    const files = globSync('scripts/*.{ts,mjs}');
    expect(files.length).toBeGreaterThan(10);
    expect(unnamed(files)).toEqual([]);
  });

  it('is refused a file that no command runs', () => {
    expect(unnamed(['scripts/start.ts', 'scripts/stage.ts'])).toEqual(['scripts/stage.ts']);
  });
});

describe('the npm scripts that newcomers try first', () => {
  it('exist, and do the same as their counterparts', () => {
    expect(scripts['dev']).toBe(scripts['start']);
    expect(scripts['build']).toBe(`${scripts['package']} --stage dev`);
    for (const part of [scripts['typecheck'], scripts['lint']]) expect(scripts['check']?.split(' && ')).toContain(part);
    expect(scripts['format']).toContain('--write');
  });
});

const isClone = git('rev-parse', '--is-inside-work-tree').stdout === 'true\n';

describe.runIf(isClone)('git', () => {
  const isIgnored = (path: string) => git('check-ignore', '--quiet', '--no-index', path).status === 0;

  it.each([
    'project/breached-passwords.filter',
    '.env',
    '.env.demo',
    '.local/x',
    '.local-two/x',
    '.local2/x',
    '.build/x',
    'node_modules/x',
  ])('ignores %s', (path) => {
    expect(isIgnored(path)).toBe(true);
  });

  it.each(['.env.example', 'local/project.ts', 'lib/settings/catalogue.ts', '.nvmrc'])('does not ignore %s', (path) => {
    expect(isIgnored(path)).toBe(false);
  });

  it('stores every text with line feeds and checks it out with them', () => {
    const lines = git('ls-files', '--eol').stdout.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(500);
    expect(lines.filter((line) => /^i\/(crlf|mixed)/.test(line))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('i/lf') && !line.includes('eol=lf'))).toEqual([]);
  });
});
