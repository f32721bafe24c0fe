import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoAuditStore } from '#lib/audit/audit-store.dynamo.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';
import { madeEntry } from '../stores/audit-store.contract.ts';
import { localTables, startLocalStage } from './local-stage.ts';

let stage: Awaited<ReturnType<typeof startLocalStage>>;
const staff = madeUser({ username: 'keeper' });
const entry = (userId: string, hours: number, type = 'session_opened' as const) => ({
  ...madeEntry({ userId, actorId: staff.id }),
  type,
  at: new Date(Date.now() - hours * 3_600_000),
});
const entries = [entry('ann', 1), entry('ben', 30), entry('ann', 24 * 40)];

beforeAll(async () => {
  stage = await startLocalStage();
  const audit = dynamoAuditStore({ ...localTables, AUDIT_RETENTION: 0 }, stage.client);
  for (const each of entries) await audit.put(each);
  await dynamoUserStore(localTables, stage.client).add(staff, namesOf(staff), registered(staff));
}, 60_000);
afterAll(() => stage.stop());

const run = (...words: readonly string[]) => stage.begin('audit.ts', words).ended;
const idsIn = (output: string) =>
  output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).id);
const [newest, middle, oldest] = entries.map(({ id }) => id);

describe('npm run audit', () => {
  test('exports every entry as a line of JSON, newest first, and nothing else on standard output', async () => {
    const { code, output } = await run('export');
    expect([code, idsIn(output)]).toEqual([0, [newest, middle, oldest]]);
  });

  test('chooses by user, actor, type and time', async () => {
    expect(idsIn((await run('export', '--user', 'ann')).output)).toEqual([newest, oldest]);
    expect(idsIn((await run('export', '--actor', 'KEEPER', '--since', '2d')).output)).toEqual([newest, middle]);
    expect((await run('export', '--type', 'roles_changed')).output).toBe('');
    expect(JSON.parse((await run('list', '--json', '--limit', '1')).output)).toMatchObject({ entries: [{ id: newest }], more: true });
    expect((await run('list')).output).toContain('session_opened');
  });

  test('is on record itself', async () => {
    await run('export', '--user', 'somebody');
    const { Items = [] } = await stage.client.send(new ScanCommand({ TableName: localTables.OUTBOX_TABLE }));
    const read = Items.find(({ user_id }) => user_id === 'somebody');
    expect(read).toMatchObject({ type: 'audit_read', via: 'npm run audit -- export', fields: ['user'] });
  });

  test.each([
    [['list', '--user', 'a', '--actor', 'b']],
    [['list', '--type', 'tea']],
    [['export', '--since', 'yesterday']],
    [['list', '--limit', '0']],
    [['export', '--tea']],
    [['tea']],
    [[]],
  ])('refuses %j with its usage and exit code 2', async (words) => {
    const { code, complaint } = await run(...words);
    expect(code).toBe(2);
    expect(complaint).toContain('Usage: npm run audit');
  });
});
