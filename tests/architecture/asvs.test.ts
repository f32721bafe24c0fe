import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(`${root}docs/asvs.md`, 'utf8');

/** How many requirements of level 1 and 2 each section of ASVS 5.0.0 has; they are the first ones of their section unless listed below. */
const sections: Readonly<Record<string, number>> = {
  ...{ '1.1': 2, '1.2': 9, '1.3': 11, '1.4': 3, '1.5': 2, '2.1': 3, '2.2': 3, '2.3': 4, '2.4': 1, '3.2': 2, '3.3': 4, '3.4': 6, '3.5': 5 },
  ...{ '3.7': 2, '4.1': 3, '4.2': 1, '4.3': 2, '4.4': 4, '5.1': 1, '5.2': 3, '5.3': 2, '5.4': 3, '6.1': 3, '6.2': 12, '6.3': 4, '6.4': 4 },
  ...{ '6.5': 5, '6.6': 3, '6.8': 4, '7.1': 3, '7.2': 4, '7.3': 2, '7.4': 5, '7.5': 2, '7.6': 2, '8.1': 2, '8.2': 3, '8.3': 1, '8.4': 1 },
  ...{ '9.1': 3, '9.2': 4, '10.1': 2, '10.2': 2, '10.3': 4, '10.4': 11, '10.5': 5, '10.6': 2, '10.7': 3, '11.1': 2, '11.2': 3, '11.3': 3 },
  ...{ '11.4': 4, '11.5': 1, '11.6': 1, '12.1': 3, '12.2': 2, '12.3': 4, '13.1': 1, '13.2': 5, '13.3': 2, '13.4': 5, '14.1': 2, '14.2': 4 },
  ...{ '14.3': 3, '15.1': 3, '15.2': 3, '15.3': 7, '16.1': 1, '16.2': 5, '16.3': 4, '16.4': 3, '16.5': 3, '17.1': 1, '17.2': 4, '17.3': 2 },
};
const requirements = Object.entries(sections).flatMap(([section, count]) =>
  Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
);

const rows = [...page.matchAll(/^\| ([\d., –]+) \| (.+?) \| (.+?) \| (.*?) ?\|$/gm)].map(([, numbers = '', about, state, where = '']) => ({
  numbers: numbers.split(', ').flatMap(spread),
  about,
  state,
  where,
}));

/** The requirements of `1.2.6–1.2.8`, or the one that is written. */
function spread(written: string): string[] {
  const [first = '', last = first] = written.split('–');
  const [section, from, to] = [first.slice(0, first.lastIndexOf('.')), Number(first.split('.').at(-1)), Number(last.split('.').at(-1))];
  return Array.from({ length: to - from + 1 }, (_, index) => `${section}.${from + index}`);
}

describe('docs/asvs.md', () => {
  it('has each of the 253 requirements of level 1 and 2, once', () => {
    expect(requirements).toHaveLength(253);
    const listed = rows.flatMap(({ numbers }) => numbers);
    expect(requirements.filter((each) => !listed.includes(each))).toEqual([]);
    expect(listed.filter((each, index) => !requirements.includes(each) || listed.indexOf(each) !== index)).toEqual([]);
  });

  it('says of each in which state it is, where it is shown, and why it is not met', () => {
    expect(rows.filter(({ state = '' }) => !['met', 'not met', 'AWS', 'owner', 'client', 'no object'].includes(state))).toEqual([]);
    expect(rows.filter(({ state, where }) => state === 'not met' && !where.startsWith('because '))).toEqual([]);
    expect(rows.filter(({ state, where }) => state !== 'no object' && where === '')).toEqual([]);
  });

  it('names only tests and pages that exist', () => {
    const files = readdirSync(`${root}tests`, { recursive: true }).map(String);
    const named = rows.flatMap(({ where }) => [...where.matchAll(/`([a-z-]+\/[\w./-]+)`/g)].map(([, name = '']) => name));
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter((name) => !files.some((file) => file === name || file === `${name}.test.ts`))).toEqual([]);
    const linked = rows.flatMap(({ where }) => [...where.matchAll(/\]\(([\w.-]+)\)/g)].map(([, name = '']) => name));
    expect(linked.filter((name) => !existsSync(`${root}docs/${name}`))).toEqual([]);
  });
});

it('deployed code starts no command and evaluates no text (ASVS 1.2.5, 1.3.2)', () => {
  const deployed = ['functions', 'lib', 'project'].flatMap((folder) =>
    readdirSync(root + folder, { recursive: true })
      .map((file) => `${folder}/${file}`)
      .filter((file) => file.endsWith('.ts')),
  );
  expect(deployed.length).toBeGreaterThan(300);
  const dangerous = /node:child_process|node:vm|\beval\(|new Function\(/;
  expect(deployed.filter((file) => dangerous.test(readFileSync(root + file, 'utf8')))).toEqual([]);
});
