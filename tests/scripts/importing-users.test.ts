import { randomInt } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoArrivalStore } from '#lib/transfer/arrival-store.dynamo.ts';
import type { ArrivalStore } from '#lib/transfer/arrival-store.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { type Candidate, settleAll } from '../../scripts/users/import/settle.ts';
import { keepStrain } from '../../scripts/users/import/strain.ts';
import { importUsers } from '../../scripts/users/import.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';
import { localTables, startLocalStage } from './local-stage.ts';

type Stage = Awaited<ReturnType<typeof startLocalStage>>;
type Row = Record<string, unknown>;

const hash = (number: number) => `pbkdf2_sha256$1000$salt${number}$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=`;
const person = (pk: number, fields: object = {}) => ({
  model: 'auth.user',
  pk,
  fields: {
    password: hash(pk),
    last_login: null,
    is_superuser: false,
    username: `user${pk}`,
    first_name: 'Ada',
    last_name: `Number ${pk}`,
    email: `user${pk}@example.com`,
    is_staff: pk % 50 === 0,
    is_active: pk % 7 !== 0,
    date_joined: `2020-01-01T00:00:00.${String(pk).padStart(3, '0')}Z`,
    groups: pk % 3 === 0 ? [1] : [],
    user_permissions: [],
    ...fields,
  },
});
const group = { model: 'auth.group', pk: 1, fields: { name: 'editors', permissions: [] } };

/** Three hundred rows, a few of them refused: for their own faults, for another row, and for an existing user. */
const dump = JSON.stringify([
  ...Array.from({ length: 150 }, (_, index) => person(index + 1)),
  person(151, { email: '' }),
  person(152, { username: 'USER1', email: 'other@example.com' }),
  person(153, { password: 'plain' }),
  person(154, { username: 'resident' }),
  person(155, { phone: 'x', username: undefined }),
  group,
  ...Array.from({ length: 145 }, (_, index) => person(index + 156)),
]);

async function tablesOf({ client }: Stage): Promise<Record<string, Row[]>> {
  const all = async (TableName: string) => {
    const rows: Row[] = [];
    let ExclusiveStartKey: Row | undefined;
    do {
      const page = await client.send(new ScanCommand({ TableName, ConsistentRead: true, ...(ExclusiveStartKey && { ExclusiveStartKey }) }));
      rows.push(...(page.Items ?? []));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return rows
      .map((row) => JSON.stringify(row, Object.keys(row).sort()))
      .sort()
      .map((text) => JSON.parse(text) as Row);
  };
  const { USERS_TABLE, IDENTIFIERS_TABLE, ROLES_TABLE, OUTBOX_TABLE } = localTables;
  return {
    users: await all(USERS_TABLE),
    identifiers: await all(IDENTIFIERS_TABLE),
    roles: await all(ROLES_TABLE),
    /** One for each run; a killed import has several. */
    runs: [...new Set((await all(OUTBOX_TABLE)).flatMap(({ type, via }) => (type === 'users_imported' ? [String(via)] : [])))].map(
      (via) => ({ via }),
    ),
    outbox: (await all(OUTBOX_TABLE)).filter(({ type }) => type !== 'users_imported'),
  };
}

const resident = madeUser({ id: 'resident', username: 'resident', mobile: undefined });
const event = registered(resident);
async function startStage(): Promise<Stage> {
  const stage = await startLocalStage();
  await dynamoUserStore(localTables, stage.client).add(resident, namesOf(resident), event);
  return stage;
}
const fileIn = (stage: Stage, content = dump, name = 'users.json') => {
  const file = join(stage.folder, name);
  writeFileSync(file, content);
  return file;
};
const reported = (file: string) =>
  readFileSync(`${file}.report.jsonl`, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row);
const told = (rows: Row[]) => rows.map((row) => JSON.stringify(row)).sort();

let whole: Stage;
beforeAll(async () => {
  whole = await startStage();
}, 60_000);
afterAll(() => whole?.stop());

const refused = [
  { outcome: 'refused', row: 151, id: '151', field: 'email', reason: 'is missing' },
  { outcome: 'refused', row: 152, id: '152', field: 'username', reason: 'is that of a row before it', earlier: 1 },
  { outcome: 'refused', row: 153, id: '153', field: 'password', reason: 'is kept from use: hash of an unknown algorithm' },
  { outcome: 'refused', row: 154, id: '154', field: 'username', reason: 'belongs to somebody else who is there' },
  { outcome: 'changed', row: 155, id: '155', change: 'renamed', username: 'user155_155' },
];

describe('npm run users -- import', () => {
  test('dry run: reads and checks everything, the tables too, and writes only the report', async () => {
    const [file, before] = [fileIn(whole), await tablesOf(whole)];
    const { code, output, complaint } = await whole.users('import', file, '--dry-run', '--json');
    expect([code, complaint]).toEqual([3, '']);
    expect(JSON.parse(output)).toMatchObject({
      about: "Django's dumpdata (auth.user)",
      stage: 'local',
      is_dry_run: true,
      total: 300,
      added: 296,
      there: 0,
      refused: 4,
      reasons: { 'email: is missing': 1, 'username: belongs to somebody else who is there': 1 },
      passwords: { pbkdf2_sha256: 298, unknown: 1 },
      changed: { renamed: 1 },
      left_behind: ['phone'],
    });
    expect(await tablesOf(whole)).toEqual(before);
    expect(told(reported(file))).toEqual(told(refused));
    const text = await whole.users('import', file, '--dry-run');
    expect(text.output).toContain('296 can be added to the stage local (on this machine).\n4 would be refused:\n');
    expect(text.output).toContain('Fields that are not imported: phone. Use --map to import them.');
    expect(text.output).toMatch(/Nothing was written\.\n$/);
  });

  test('adds the users, and lists each refused row without names and hashes; the second run adds none', async () => {
    const file = fileIn(whole);
    const first = await whole.users('import', file);
    expect([first.code, first.complaint]).toEqual([3, '']);
    expect(first.output).toContain('296 were added to the stage local (on this machine).\n4 were refused:\n');
    const after = await tablesOf(whole);
    expect(after['users']).toHaveLength(297);
    expect(after['outbox']).toHaveLength(1);
    expect(after['runs']).toEqual([{ via: 'npm run users -- import' }]);
    expect(told(reported(file))).toEqual(told(refused));
    expect(statSync(`${file}.report.jsonl`).mode & 0o777).toBe(0o600);
    const report = readFileSync(`${file}.report.jsonl`, 'utf8');
    for (const secret of ['plain', 'pbkdf2', 'example.com', 'Ada']) expect(report).not.toContain(secret);

    const users = dynamoUserStore(localTables, whole.client);
    expect(await users.get('150')).toMatchObject({
      username: 'user150',
      name: 'Ada Number 150',
      roles: ['staff', 'editors'],
      password: hash(150),
      tokenEpoch: 0,
    });
    expect(await users.get('147')).toMatchObject({ isActive: false, suspension: undefined });
    expect(await users.get('resident')).toEqual(resident);

    const second = await whole.users('import', file, '--json', '--report', join(whole.folder, 'second'));
    expect(JSON.parse(second.output)).toMatchObject({ added: 0, there: 296, refused: 4 });
    expect(await tablesOf(whole)).toEqual(after);
  });

  test('exits with 0 if all were added, 3 if some were not, 1 if none could be', async () => {
    const csv = (...lines: string[]) => ['id,username,email', ...lines].join('\n');
    const codes = async (content: string, ...more: string[]) =>
      (await whole.users('import', fileIn(whole, content, 'some.csv'), ...more)).code;
    expect(await codes(csv('c1,csv-one,csv1@example.com'))).toBe(0);
    expect(await codes(csv('c1,csv-one,csv1@example.com', 'c2,,'))).toBe(3);
    expect(await codes(csv('c2,,'))).toBe(1);
    expect(await codes(csv('c3,csv-3,'), '--without-email', 'placeholder')).toBe(0);
    expect(await codes('[{')).toBe(1);
  });

  test('is refused without the file, with the error of the system', async () => {
    const { code, complaint } = await whole.users('import', '/nowhere/users.json');
    expect([code, complaint]).toEqual([1, expect.stringContaining('/nowhere/users.json cannot be read: ENOENT')]);
  });

  test.each([
    [[], 'FILE is missing.'],
    [['x', '--format', 'xml'], '--format must be django or csv or jsonl or cognito.'],
    [['x', '--rename', 'maybe'], '--rename must be none or own or all.'],
    [['x', '--map', 'phone'], '--map must be <one>=<other>, not "phone".'],
    [['x', '--map', 'phone=mobile'], '--map does not know the field "phone"'],
    [['x', '--map', 'attributes.height=h'], 'attributes.nickname'],
    [['x', '--map', 'mobile='], '--map mobile= needs the name of a field of the file.'],
    [['x', '--rate', '0'], '--rate must be a number of units per second'],
    [['x', '--old-tokens', 'keep'], '--old-tokens must be honour or end.'],
  ])('%j is refused with the valid values', async (parameters, sentence) => {
    await expect(importUsers.run(parameters)).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(sentence) });
  });

  test('keeps to its rate, by the units that the tables report', async () => {
    const [store, rate] = [dynamoArrivalStore(localTables, whole.client), 500];
    const took: { at: number; units: number }[] = [];
    const add: ArrivalStore['add'] = async (arrivals) => {
      const answer = await store.add(arrivals);
      took.push({ at: performance.now(), units: answer.units });
      return answer;
    };
    const people = Array.from({ length: 120 }, (_, index) => {
      const user = madeUser({ id: String(index + 5001) });
      return { place: { row: index + 1 }, changes: [], arrival: { user, identifiers: namesOf(user) } };
    });
    const needs = { store: { ...store, add }, strain: keepStrain(rate), isDryRun: false, settled: () => {} };
    await settleAll(needs, people.values() as unknown as AsyncIterator<Candidate>);
    const [total, seconds] = [took.reduce((sum, { units }) => sum + units, 0), ((took.at(-1)?.at ?? 0) - (took[0]?.at ?? 0)) / 1000];
    expect(total).toBeGreaterThan(120 * 12);
    // Besides its rate: the content of the bucket at the beginning, and the calls under way.
    expect(total).toBeLessThan(rate * (seconds + 1) + (4 * total) / took.length);
    expect(seconds).toBeGreaterThan(1);
  });

  test('stopped by Ctrl-C finishes its calls, shows its progress, and continues from there', async () => {
    const people = JSON.stringify([group, ...Array.from({ length: 200 }, (_, index) => person(index + 6001))]);
    const file = fileIn(whole, people, 'stopped.json');
    const { child, ended } = whole.begin('users.ts', ['import', file, '--rate', '300']);
    const users = dynamoUserStore(localTables, whole.client);
    await until(async () => (await users.get('6001')) !== undefined);
    child.kill('SIGINT');
    const { code, output, complaint } = await ended;
    expect(code).toBe(130);
    expect(complaint).toContain('Stopping.');
    const [, settled = ''] = /Stopped after (\d+) of 200\. Repeat the command to continue from there\./.exec(output) ?? [];
    expect(Number(settled)).toBeGreaterThanOrEqual(20);
    expect(Number(settled)).toBeLessThan(200);
    const rest = JSON.parse((await whole.users('import', file, '--json')).output);
    expect([rest.there, rest.added]).toEqual([Number(settled), 200 - Number(settled)]);
  });
});

async function count({ client }: Stage): Promise<number> {
  return (await client.send(new ScanCommand({ TableName: localTables.USERS_TABLE, Select: 'COUNT', ConsistentRead: true }))).Count ?? 0;
}

async function until(isSo: () => Promise<boolean>, otherwise: () => unknown = () => pause(10)): Promise<void> {
  while (!(await isSo())) await otherwise();
}

describe('an import that is killed', () => {
  test('at any moment, eight times, and repeated ends with the same users as a complete one', async () => {
    const stage = await startStage();
    try {
      const file = fileIn(stage);
      let kills = 0;
      while (kills < 8) {
        const { child, ended } = stage.begin('users.ts', ['import', file]);
        const goal = (await count(stage)) + randomInt(45);
        let isOver = false;
        const over = ended.then(() => {
          isOver = true;
        });
        await until(
          async () => isOver || (await count(stage)) > goal,
          () => pause(randomInt(4)),
        );
        child.kill('SIGKILL');
        await over;
        kills += 1;
      }
      expect((await stage.users('import', file)).code).toBe(3);
      expect(told(reported(file))).toEqual(told(refused));
      const alone = await startStage();
      try {
        expect((await alone.users('import', fileIn(alone))).code).toBe(3);
        expect(await tablesOf(stage)).toEqual(await tablesOf(alone));
      } finally {
        await alone.stop();
      }
    } finally {
      await stage.stop();
    }
  }, 120_000);
});
