import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { fileBreaches } from '#lib/passwords/breaches.file.ts';
import { filterOf } from '../../support/made-filter.ts';
import { logged } from '../logged.ts';

const folder = await mkdtemp(join(tmpdir(), 'breaches-'));
afterAll(() => rm(folder, { recursive: true }));
const file = join(folder, 'breached-passwords.filter');
const leaked = 'violet kettle under a roof';

beforeEach(() => writeFile(file, filterOf(leaked, 'zwölf Kessel im Dach')));

/** Whether each password is found, and the lines in the log. */
async function asked({ has }: ReturnType<typeof fileBreaches>, ...typed: readonly string[]) {
  let found: boolean[] = [];
  const lines = await logged(async () => {
    found = await Promise.all(typed.map(has));
  });
  return { found, lines };
}

describe('a breach in a file', () => {
  test('is found if the filter has the password, in composed or decomposed letters', async () => {
    const typed = [leaked, 'another kettle under a roof', 'zwo\u0308lf Kessel im Dach', `${leaked} `];
    expect(await asked(fileBreaches({ stage: 'test', file }), ...typed)).toEqual({ found: [true, false, true, false], lines: [] });
  });

  test('is looked up in the file as it was at the first password', async () => {
    const breaches = fileBreaches({ stage: 'test', file });
    expect((await asked(breaches, leaked, leaked)).found).toEqual([true, true]);
    await rm(file);
    expect(await asked(breaches, leaked)).toEqual({ found: [true], lines: [] });
  });
});

describe('a file that cannot be read refuses no password, and is counted', () => {
  const warning = (reason: string) => expect.objectContaining({ level: 'warn', breaches_not_asked: 1, stage: 'test', reason });
  const failed = async (reason: string) => {
    const breaches = fileBreaches({ stage: 'test', file });
    const outcome = await asked(breaches, leaked);
    expect(outcome).toEqual({ found: [false], lines: [warning(reason)] });
    expect(JSON.stringify(outcome)).not.toMatch(/violet|breaches-/);
    return breaches;
  };

  test('if it is missing', async () => {
    await rm(file);
    await failed('no filter');
  });

  test('if it is damaged', async () => {
    await writeFile(file, 'a page that asks to sign in to this network');
    await failed('the filter is no filter of breached passwords');
  });

  test('until it can be read again', async () => {
    await rm(file);
    const breaches = await failed('no filter');
    await writeFile(file, filterOf(leaked));
    expect(await asked(breaches, leaked)).toEqual({ found: [true], lines: [] });
  });
});
