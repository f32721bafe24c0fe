import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readRecord } from '#lib/transfer/user-record.ts';
import type { User } from '#lib/users/user.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { Refusal } from '#local/refusal.ts';
import { exportUsers } from '../../scripts/users/export.ts';
import { openUserFile } from '../../scripts/users/user-file.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';
import { localTables, startLocalStage } from './local-stage.ts';

let stage: Awaited<ReturnType<typeof startLocalStage>>;
let people: User[];
const passphrase = 'the passphrase of a file';
beforeAll(async () => {
  stage = await startLocalStage();
  people = Array.from({ length: 60 }, (_, index) =>
    madeUser({ name: `Person ${index}\u2028`, roles: index % 9 ? [] : ['staff', 'editors'] }),
  );
  people.push(madeUser({ id: '17', mobile: undefined, isActive: false, suspension: { at: new Date(0), reason: 'spam' } }));
  const store = dynamoUserStore(localTables, stage.client);
  await Promise.all(people.map((user) => store.add(user, namesOf(user), registered(user))));
  writeFileSync(file('phrase'), `${passphrase}\n`);
}, 60_000);
afterAll(() => stage.stop());

const file = (name: string) => join(stage.folder, name);
const leftovers = () => readdirSync(stage.folder).filter((name) => name.endsWith('.part'));

describe('an export', () => {
  test('has all users unchanged, sealed, in a file for its owner only', async () => {
    const { code, output, complaint } = await stage.users('export', file('all.jsonl'), '--passphrase-file', file('phrase'));
    expect([code, complaint]).toEqual([0, '']);
    expect(output).toBe(`61 users of the stage local (on this machine) went to ${file('all.jsonl')}, the password hashes sealed.\n`);
    expect((statSync(file('all.jsonl')).mode & 0o777).toString(8)).toBe('600');
    expect(leftovers()).toEqual([]);
    expect(readFileSync(file('all.jsonl'), 'utf8')).not.toMatch(/bcrypt|\u2028/);

    const users = await usersIn('all.jsonl');
    expect(new Map(users.map((user) => [user.id, user]))).toEqual(new Map(people.map((user) => [user.id, user])));
  });

  test('goes to standard output on request, with messages on standard error', async () => {
    const { code, output, complaint } = await stage.users('export', '-', '--unsealed', '--json');
    const lines = output.trimEnd().split('\n');
    expect([code, lines.length]).toEqual([0, 63]);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      gatehouse: 'users',
      version: 1,
      stage: 'local',
      exported_at: expect.stringMatching(/Z$/),
      sealed: null,
    });
    expect(lines.slice(1, -1).map((line) => 'user' in readRecord(JSON.parse(line)))).toEqual(Array(61).fill(true));
    const [warning, summary = '', ...rest] = complaint.trimEnd().split('\n');
    expect([warning, rest]).toEqual(['The password hashes are not sealed: everyone with the file can try to guess the passwords.', []]);
    expect(JSON.parse(summary)).toEqual({ stage: 'local', file: '-', format: 'lines', users: 61, sealed: false, warnings: [] });
  });

  test('that is stopped leaves no incomplete file', async () => {
    const slow = stage.begin('users.ts', ['export', file('slow.jsonl'), '--unsealed', '--rate', '1']);
    await expect.poll(leftovers).toHaveLength(1);
    slow.child.kill('SIGTERM');
    expect((await slow.ended).code).toBe(143);
    expect([leftovers(), existsSync(file('slow.jsonl'))]).toEqual([[], false]);
  });

  test('lists users that no import would accept, and exits with 3', async () => {
    const odd = madeUser({ id: 'no path/segment' });
    await dynamoUserStore(localTables, stage.client).add(odd, namesOf(odd), registered(odd));
    try {
      const { code, complaint } = await stage.users('export', file('odd.jsonl'), '--unsealed');
      expect([code, complaint]).toEqual([3, expect.stringContaining('Cannot be imported unchanged: no path/segment: id: is no id')]);
      expect(await usersIn('odd.jsonl')).toHaveLength(61);
    } finally {
      await stage.client.send(new DeleteCommand({ TableName: localTables.USERS_TABLE, Key: { id: odd.id } }));
    }
  });

  test.each([
    [[], 2, 'FILE is missing.'],
    [['a', 'b', '--unsealed'], 2, '"b" is an unexpected word.'],
    [['a'], 1, 'There is no terminal to ask for the passphrase'],
    [['a', '--passphrase-file', '/nowhere'], 1, '/nowhere cannot be read'],
    [['a', '--passphrase-file', '/dev/null'], 1, 'The passphrase is too short'],
    [['a', '--unsealed', '--passphrase-file', 'x'], 2, 'Give either --unsealed or --passphrase-file.'],
    [['/nowhere/a', '--unsealed'], 1, '/nowhere/a cannot be written'],
    [['package.json', '--unsealed'], 1, 'package.json already exists'],
    [['a', '--unsealed', '--rate', '0'], 2, '--rate has to be a whole number'],
    [['a', '--format', 'csv'], 2, 'Unknown format "csv"'],
    [['a', '--format', 'django'], 2, 'Django cannot open a seal'],
    [['a', '--format', 'django', '--unsealed', '--map', 'x'], 2, '"x" is not of the form'],
    [['a', '--format', 'django', '--unsealed', '--map', 'constructor=x'], 2, 'There is no field "constructor"'],
    [['a', '--format', 'django', '--unsealed', '--map', 'mobile=email'], 2, 'Two fields would go into "email"'],
    [['a', '--format', 'django', '--unsealed', '--model', 'user'], 2, '--model has to be'],
    [['a', '--format', 'django', '--unsealed', '--pk', 'uuid'], 2, '--pk has to be'],
    [['a', '--frobnicate'], 2, "Unknown option '--frobnicate'"],
    [['a', '--unsealed', '--stage', 'nowhere'], 1, 'There is no stage "nowhere"'],
  ])('%j is refused with advice', async (parameters, code, line) => {
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', stage.endpoint);
    const refusal = await exportUsers.run(parameters).catch((error) => error);
    vi.unstubAllEnvs();
    expect(refusal).toBeInstanceOf(Refusal);
    expect([refusal.exitCode, refusal.message]).toEqual([code, expect.stringContaining(line)]);
  });
});

describe('a file of users', () => {
  const opened = async (text: string, typed = passphrase) => {
    writeFileSync(file('given.jsonl'), text);
    return await openUserFile(file('given.jsonl'), async () => typed).then(
      ({ count }) => count,
      ({ message }) => message,
    );
  };

  test('is refused if a byte of it is missing or changed', async () => {
    const { output: whole } = await stage.users('export', '-', '--unsealed');
    const lines = whole.trimEnd().split('\n');
    expect(await opened(whole)).toBe(61);
    for (const length of [0, 20, lines[0]?.length ?? 0, whole.length / 2, whole.length - 1])
      expect(await opened(whole.slice(0, length)), `${length} bytes`).toMatch(/cut off|does not begin/);
    const [head = '', first = '', second = '', ...rest] = lines;
    for (const changed of [
      [head, first, ...rest],
      [head, second, first, ...rest],
      [head, first, first, second, ...rest],
    ])
      expect(await opened(`${changed.join('\n')}\n`)).toContain('was changed after it was written');

    const sealed = readFileSync(file('all.jsonl'), 'utf8');
    expect(await opened(sealed)).toBe(61);
    expect(await opened(sealed, 'another passphrase')).toContain('The passphrase does not open');
    // Without the passphrase, an attacker can count and hash, but not seal.
    const promoted = sealed.replace('"is_superuser":false', '"is_superuser":true').trimEnd().split('\n');
    const sha256 = createHash('sha256')
      .update(`${promoted.slice(0, -1).join('\n')}\n`)
      .digest('hex');
    const end = { ...JSON.parse(promoted.at(-1) ?? ''), sha256 };
    expect(await opened(`${[...promoted.slice(0, -1), JSON.stringify(end)].join('\n')}\n`)).toContain('was changed after it was written');
  });

  test('of another kind or version is refused', async () => {
    for (const head of ['[', '{}', '{"gatehouse":"users","version":2}', 'username,email'])
      expect(await opened(`${head}\n`)).toContain('is not a file of users that this version can read');
    expect(await openUserFile(file('nowhere'), async () => '').catch(({ message }) => message)).toContain('cannot be read');
  });
});

async function usersIn(name: string): Promise<User[]> {
  const read = await openUserFile(file(name), async () => passphrase);
  const users: User[] = [];
  for await (const { text } of read.lines()) {
    const record = readRecord(JSON.parse(text), read.seal?.open);
    if ('user' in record) users.push(record.user);
  }
  return users;
}
