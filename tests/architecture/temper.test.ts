import { describe, expect, it } from 'vitest';
import { afterSpreads, emptyNames, emptyPathNames, lines, type Source, sources, statements, usesOfProcess } from './sources.ts';

const all = sources();
const source = (path: string, text = ''): Source => ({ path, text });
const breaking = (rule: (each: Source) => string[]) => all.flatMap((each) => rule(each).map((name) => `${each.path}: ${name}`));
const share = (sizes: number[], part: number) => sizes.sort((a, b) => a - b)[Math.floor(sizes.length * part)] ?? 0;

/** The files of more than 200 lines, each with its reason. */
const long: Readonly<Record<string, string>> = {
  'lib/messages/default-words.ts': 'words, every message in two languages side by side',
};

describe('names', () => {
  it('of files and declarations have a meaning', () => {
    expect(breaking(emptyPathNames)).toEqual([]);
    expect(breaking(emptyNames)).toEqual([]);
  });

  it('without a meaning are found', () => {
    expect(emptyPathNames(source('lib/utils/dates.ts'))).toEqual(['utils']);
    expect(emptyPathNames(source('lib/users/index.ts'))).toEqual(['index']);
    expect(emptyPathNames(source('lib/passwords/common-passwords.ts'))).toEqual([]);
    expect(
      emptyNames(source('a.ts', 'export class UserManager {}\nconst data = 1;\ntype IUser = object;\nfunction openDoor() {}')),
    ).toEqual(['UserManager', 'data', 'IUser', 'openDoor']);
    expect(emptyNames(source('a.ts', '// const data = 1\nconst userInfo = 1;\ntype Identifier = string;'))).toEqual([]);
  });
});

describe('process', () => {
  it('is used by the settings and the log only', () => {
    const used = new Map(all.map((each) => [each.path, usesOfProcess(each)] as const).filter(([, uses]) => uses.length > 0));
    expect(Object.fromEntries(used)).toEqual({ 'lib/settings/parse.ts': ['env'], 'lib/log.ts': ['stdout'] });
  });

  it('is found wherever a file uses it', () => {
    expect(usesOfProcess(source('a.ts', 'process.stderr.write(process.env.HOME) // process.exit()'))).toEqual(['stderr', 'env']);
  });
});

describe('files', () => {
  it('are short: half have at most 50 lines, nine in ten at most 110', () => {
    const sizes = all.map(lines);
    expect(share(sizes, 0.5)).toBeLessThanOrEqual(50);
    expect(share(sizes, 0.9)).toBeLessThanOrEqual(110);
  });

  it('have at most 200 lines, or give a reason', () => {
    expect(all.filter((each) => lines(each) > 200).map(({ path }) => path)).toEqual(Object.keys(long));
  });
});

describe('handlers', () => {
  const handlers = all.filter(({ path }) => /^functions\/.*(?<!contract)\.ts$/.test(path));

  it('have at most twelve statements after the imports', () => {
    expect(handlers.filter((each) => statements(each) > 12).map(({ path }) => path)).toEqual([]);
    expect(
      statements(
        source('a.ts', "import { b } from './b.ts';\nconst c = b();\nexport const d = () => {\n  if (c) return;\n  return b;\n};"),
      ),
    ).toBe(4);
  });

  it('name what a verb needs part by part: a spread stands alone and last, so that the compiler refuses a key that both have', () => {
    const needs = handlers.map(({ path, text }) => ({ path, text: /^const needs = [\s\S]*?;$/m.exec(text)?.[0] ?? '' }));
    expect(needs.flatMap((each) => afterSpreads(each).map((key) => `${each.path}: ${key}`))).toEqual([]);
    expect(afterSpreads(source('a.ts', 'const a = { ...b(c, { d }), e: 1 }; const f = { ...g, ...h }; const i = { j, ...k };'))).toEqual([
      'e',
      '...h',
    ]);
  });
});
