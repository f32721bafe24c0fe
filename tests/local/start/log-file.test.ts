import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLog } from '#local/start/log-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-file-'));
  file = join(folder, 'log');
});
afterEach(() => rmSync(folder, { recursive: true }));

const lines = (name: string) => readFileSync(join(folder, name), 'utf8').trim().split('\n');

test('earlier lines stay, and each start is marked', () => {
  openLog(file, 'npm start').write('one\n');
  openLog(file, 'npm run serve:packaged').write('two\n');
  const [first = '', one, second = '', two] = lines('log');
  expect([one, two]).toEqual([expect.stringMatching(/^\d{4}-[-\d]+T[:.\d]+Z one$/), expect.stringMatching(/Z two$/)]);
  expect(JSON.parse(first)).toEqual({ level: 'info', event: 'start', command: 'npm start', time: expect.any(String) });
  expect(JSON.parse(second)).toMatchObject({ event: 'start', command: 'npm run serve:packaged' });
  expect(statSync(file).mode & 0o077).toBe(0);
});

test('there are at most two files, each at most a line longer than the limit', () => {
  const log = openLog(file, 'npm start', 1000);
  for (let count = 0; count < 100; count += 1) log.write(`${String(count).padStart(99)}\n`);
  expect(readdirSync(folder).sort()).toEqual(['log', 'log.1']);
  for (const name of ['log', 'log.1']) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(1130);
  const count = (line: string | undefined) => Number(line?.slice(-4));
  expect(count(lines('log').at(-1))).toBe(99);
  expect(count(lines('log')[0])).toBe(count(lines('log.1').at(-1)) + 1);
});

test('a line that is a JSON object has the time as its first member, and every other line before it', () => {
  openLog(file, 'npm start').write('{"level":"info"}\nError: no\n    at somewhere\n');
  const [, json = '', error, frame] = lines('log');
  expect(Object.keys(JSON.parse(json))).toEqual(['time', 'level']);
  expect([error, frame]).toEqual([expect.stringMatching(/Z Error: no$/), expect.stringMatching(/Z {5}at somewhere$/)]);
});
