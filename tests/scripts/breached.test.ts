import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { openSealedFilter } from '#lib/passwords/breached-filter.ts';
import { filterOf } from '../support/made-filter.ts';
import { scriptEnvironment } from './script-environment.ts';

const base = mkdtempSync(join(tmpdir(), 'breached-'));
afterAll(() => rmSync(base, { recursive: true }));
let folder: string;
let list: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(join(base, 'run-'));
  [list, out] = [join(folder, 'list.txt'), join(folder, 'made.filter')];
});

const script = new URL('../../scripts/breached.ts', import.meta.url).pathname;
function begin(...parameters: readonly string[]) {
  const child = spawn(process.execPath, [script, ...parameters], { env: scriptEnvironment() });
  const written = { output: '', complaint: '' };
  child.stdout.on('data', (chunk) => (written.output += chunk));
  child.stderr.on('data', (chunk) => (written.complaint += chunk));
  const ended = once(child, 'close').then(([code, signal]) => ({ code: code ?? signal, ...written }));
  return { child, ended };
}
function run(parameters: readonly string[], input = '') {
  const { child, ended } = begin(...parameters);
  endWith(child, input);
  return ended;
}
function endWith({ stdin }: ChildProcess, input: string) {
  stdin?.on('error', () => undefined); // the command may end before it has read everything
  stdin?.end(input);
}

const digest = (name: unknown) => createHash('sha1').update(String(name)).digest();
const line = (name: unknown, count?: number) => digest(name).toString('hex').toUpperCase() + (count === undefined ? '' : `:${count}`);
/** Builds from these lines, and reads the report and the filter. */
async function built(lines: readonly string[], ...more: readonly string[]) {
  writeFileSync(list, lines.join('\n'));
  const { code, output, complaint } = await run(['build', list, '--out', out, '--json', ...more]);
  expect([code, complaint]).toEqual([0, '']);
  const filter = openSealedFilter(readFileSync(out));
  return { report: JSON.parse(output), has: (name: unknown) => filter.has(digest(name)), entries: filter.entries };
}
const range = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('npm run breached -- build', () => {
  test('makes a filter that has all of 10,000 passwords, and reports its size and its share by chance', async () => {
    const { report, has } = await built(range(10_000).map((index) => line(index, index + 1)));
    expect(range(10_000).filter((index) => !has(index))).toEqual([]);
    expect(report).toEqual({
      file: out,
      read: 10_000,
      entries: 10_000,
      bytes: 56 + 18_000,
      computed: expect.closeTo(0.00099, 5),
      measured: expect.any(Number),
    });
    expect(report.measured).toBeLessThan(0.002);
    expect(readdirSync(folder).sort()).toEqual(['list.txt', 'made.filter']);
  });

  test('takes the most used ones, and of those at the border the first ones of the file', async () => {
    const lines = [line('twice', 2), line('often', 900), line('one', 5), line('two', 5), line('three', 5), line('once'), line('most', 1e9)];
    const { has, entries } = await built(lines, '--most', '4');
    expect(['most', 'often', 'one', 'two', 'three', 'twice', 'once'].map(has)).toEqual([true, true, true, true, false, false, false]);
    expect(entries).toBe(4);
  });

  test('understands lower case, CRLF, lines without a count and empty lines, and leaves out padding with the count 0', async () => {
    const { has, report } = await built([
      `${line('windows', 3)}\r`,
      line('lower', 2).toLowerCase(),
      '',
      line('bare'),
      '\r',
      line('padded', 0),
    ]);
    expect([['windows', 'lower', 'bare'].map(has), has('padded'), report.read]).toEqual([[true, true, true], false, 3]);
  });

  test('counts equal lines behind one another once', async () => {
    const lines = [line('a', 7), line('a', 7).toLowerCase(), line('a', 7), line('b', 6), line('c', 5)];
    const { has, report } = await built(lines, '--most', '2');
    expect([has('a'), has('b'), has('c'), report.read, report.entries]).toEqual([true, true, false, 3, 2]);
  });

  test('reads lines that lie over the borders of what is read at once', async () => {
    const { report, has } = await built(range(60_000).map((index) => line(index, 1)));
    expect([report.entries, range(60_000).every(has)]).toEqual([60_000, true]);
  });

  test('says in words what it has made', async () => {
    writeFileSync(list, `${line('one', 3)}\n${line('two', 2)}\n`);
    const { code, output } = await run(['build', list, '--out', out, '--most', '1']);
    expect([code, output.split('\n')]).toEqual([
      0,
      [
        `${out} has 1 of 2 digests, in 8,248 bytes.`,
        expect.stringMatching(
          /^It refuses 0\.000 % of all other passwords by chance \(computed\), 0\.00\d % of 200,000 random ones \(measured\)\.$/,
        ),
        expect.stringContaining('BREACHED_PASSWORDS: file'),
        '',
      ],
    ]);
  });

  test('reads standard input once, if all of it fits', async () => {
    const input = `${line('one', 1)}\n${line('two', 9)}\n${line('three', 4)}`;
    expect(await run(['build', '-', '--out', out, '--most', '3'], input)).toMatchObject({ code: 0 });
    expect(openSealedFilter(readFileSync(out)).has(digest('three'))).toBe(true);
    const tooMany = await run(['build', '-', '--out', join(folder, 'other'), '--most', '2'], input);
    expect(tooMany).toMatchObject({ code: 1, complaint: expect.stringContaining('Standard input has more than 2 digests.') });
  });

  const bad = (number: number) => `Line ${number} is not a SHA-1 of 40 hexadecimal digits, alone or with :count behind it.\n`;
  test.for<[string, string, string]>([
    ['an empty file', '', 'There is no SHA-1 in it.\n'],
    ['nothing but padding', `${line('a', 0)}\n`, 'There is no SHA-1 in it.\n'],
    ['a password', `${line('a', 1)}\nsecret\n`, bad(2)],
    ['an NTLM hash', `${line('a', 1)}\r\n\r\n${line('b').slice(0, 32)}:4\r\n`, bad(3)],
    ['a letter after F', line('a').replace(/.$/, 'G'), bad(1)],
    ['a colon without a count', `${line('a')}:`, bad(1)],
    ['a negative count', `${line('a')}:-1`, bad(1)],
    ['a count of words', `${line('a')}:many`, bad(1)],
    ['a line of three megabytes', `${line('a', 1)}\n${'A'.repeat(3_000_000)}`, bad(2)],
  ])('refuses %s, and leaves the filter before as it was', async ([, text, complaint]) => {
    writeFileSync(list, text);
    writeFileSync(out, 'the filter before');
    expect(await run(['build', list, '--out', out])).toEqual({ code: 1, output: '', complaint });
    expect([readFileSync(out, 'utf8'), readdirSync(folder).sort()]).toEqual(['the filter before', ['list.txt', 'made.filter']]);
  });

  test('does not wait for the end of a line that is too long', async () => {
    const { child, ended } = begin('build', '-', '--out', out);
    child.stdin.on('error', () => undefined);
    child.stdin.write(`${line('a', 1)}\n${'A'.repeat(58)}`);
    expect(await ended).toEqual({ code: 1, output: '', complaint: bad(2) });
  });

  test('leaves the filter before if it is interrupted while it reads', async () => {
    writeFileSync(out, 'the filter before');
    const { child, ended } = begin('build', '-', '--out', out);
    child.stdin.on('error', () => undefined);
    // More than a pipe holds, so that the command reads when this is written.
    await new Promise((resolve) => child.stdin.write(`${line('a', 1)}\n`.repeat(100_000), resolve));
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 'SIGINT', output: '' });
    expect([readFileSync(out, 'utf8'), readdirSync(folder)]).toEqual(['the filter before', ['made.filter']]);
  });

  test('leaves no draft if the file cannot get its name', async () => {
    writeFileSync(list, line('a', 1));
    mkdirSync(join(out, 'taken'), { recursive: true });
    expect(await run(['build', list, '--out', out])).toMatchObject({
      code: 1,
      complaint: expect.stringContaining(`${out} cannot be written`),
    });
    expect(readdirSync(folder).sort()).toEqual(['list.txt', 'made.filter']);
  });

  test.for<[readonly string[], number, string]>([
    [['build'], 2, 'FILE is missing.'],
    [['build', 'nowhere.txt'], 1, 'nowhere.txt cannot be read'],
    [['build', tmpdir()], 1, 'is no file that can be read twice'],
    [['build', 'x', '--most', '0'], 2, '--most is "0", but has to be a whole number from 1 to 25,000,000.'],
    [['build', 'x', '--most', '25000001'], 2, '--most is "25000001"'],
    [['build', 'x', '--most', 'ten'], 2, '--most is "ten"'],
    [['burn'], 2, 'Unknown subcommand "burn".'],
    [[], 2, 'Usage: npm run breached'],
  ])('%j is refused with advice', async ([parameters, code, complaint]) => {
    expect(await run(parameters)).toMatchObject({ code, output: '', complaint: expect.stringContaining(complaint) });
  });
});

describe('npm run breached -- check', () => {
  const leaked = 'violet kettle under a roof';
  beforeEach(() => writeFileSync(out, filterOf(leaked)));
  const check = (password: string, ...more: readonly string[]) => run(['check', '--file', out, ...more], `${password}\n`);

  test('says whether the filter has the password, and does not repeat it', async () => {
    const [listed, other] = [await check(leaked), await check('orange violin 7 lamps')];
    expect([listed.code, listed.output]).toEqual([0, 'The filter has this password: it is refused.\n']);
    expect([other.code, other.output]).toEqual([0, 'The filter does not have this password.\n']);
    expect(listed.complaint + other.complaint).not.toMatch(/violet|violin/);
    expect([JSON.parse((await check(leaked, '--json')).output)]).toEqual([{ listed: true }]);
  });

  test('refuses a missing and a damaged filter, and asks nothing then', async () => {
    writeFileSync(out, readFileSync(out).subarray(0, 900));
    expect(await check(leaked)).toEqual({ code: 1, output: '', complaint: `${out} is damaged\n` });
    rmSync(out);
    expect(await check(leaked)).toEqual({ code: 1, output: '', complaint: expect.stringContaining(`${out} cannot be read`) });
  });

  test('takes no password as a word, because every process could read it', async () => {
    expect(await run(['check', leaked])).toMatchObject({ code: 2, complaint: expect.stringContaining('unexpected word') });
  });
});
