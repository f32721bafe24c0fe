import { beforeEach, describe, expect, it } from 'vitest';
import type { Call } from '#local/gateway/call-log.ts';
import { sharedGateway } from './shared-gateway.ts';
import { bearer, newUser, post, read, register, signedInUser, signIn, signInSliding } from './users.ts';

const { gateway, tables, seeds } = await sharedGateway();
const ada = await signedInUser(gateway);
await post(gateway, '/login/', { username: ada.username, password: ada.password });
await post(gateway, '/token/refresh/', { refresh: ada.refresh });
await post(gateway, '/token/verify/', { token: ada.access });
await read(gateway, `/users/${ada.id}/`, ada.access);

/**
 * The DynamoDB calls of a function in one request, in waves: a call that began before the wave's first answer belongs
 * to it.
 */
function waves(functionName: string): string[][] {
  const calls = gateway.gate.calls(functionName).filter(({ service }) => service === 'dynamodb');
  const found: Call[][] = [];
  for (const call of [...calls].sort((a, b) => a.startedAt - b.startedAt)) {
    const last = found.at(-1);
    const firstAnswer = Math.min(...(last ?? []).map(({ endedAt = Number.POSITIVE_INFINITY }) => endedAt));
    if (last && call.startedAt < firstAnswer) last.push(call);
    else found.push([call]);
  }
  return found.map((wave) => wave.map(({ operation }) => operation).toSorted());
}

/** The latency that is added to every answer. */
let latencyMs = 50;
/** Starts counting, with a latency so that parallel calls begin before the first answer. */
const count = () => {
  gateway.gate.reset();
  gateway.gate.latency(latencyMs);
};

/**
 * On a busy machine parallel calls may look sequential; the opposite never happens. So a test is retried with twice the
 * latency, and no retry can pass by chance.
 */
describe('the sequential DynamoDB round trips of', { retry: 4 }, () => {
  beforeEach(({ task }) => {
    latencyMs = 50 * 2 ** (task.result?.retryCount ?? 0);
  });

  it('a registration: the limits, then one transaction', async () => {
    count();
    expect((await register(gateway, newUser())).status).toBe(201);
    expect(waves('register')).toEqual([['BatchGetItem', 'UpdateItem', 'UpdateItem'], ['TransactWriteItems']]);
  });

  it('a login: all limits and the user at once, the user again during the password hash, then the session with its event', async () => {
    count();
    await post(gateway, '/login/', { username: ada.username, password: ada.password });
    const [first, ...rest] = waves('login');
    expect(first).toEqual(['BatchGetItem', 'GetItem', 'Query', 'UpdateItem', 'UpdateItem', 'UpdateItem']);
    expect(rest).toHaveLength(2);
    expect(rest[0]).toEqual(['GetItem']);
    expect(rest[1]).toContain('TransactWriteItems');
  });

  it('a login with new-device notices: the sessions beside the user; on a new device, the notice with the session', async () => {
    gateway.use({ EMAIL_SENDER: 'ses', MESSAGE_FROM_EMAIL: 'accounts@example.com' });
    await tables.set('users', { id: ada.id }, 'email_verified', true);
    const wavesFrom = async (device: string) => {
      count();
      const typed = { username: ada.username, password: ada.password };
      expect((await post(gateway, '/login/', typed, { 'user-agent': device })).status).toBe(200);
      const [, second = [], third = [], ...more] = waves('login');
      return [second, third.filter((operation) => /Put|Transact/.test(operation)), more];
    };
    await wavesFrom('a browser'); // reads the keys
    expect(await wavesFrom('a browser')).toEqual([['GetItem', 'Query'], ['TransactWriteItems'], []]);
    expect(await wavesFrom(`a telephone ${latencyMs}`)).toEqual([['GetItem', 'Query'], ['TransactWriteItems'], []]);
  });

  it('a refresh: one, with the rotation and the limit beside the revocation check', async () => {
    const { refresh } = await signIn(gateway, ada);
    count();
    await post(gateway, '/token/refresh/', { refresh });
    expect(waves('tokenRefresh')).toEqual([['BatchGetItem', 'BatchGetItem', 'UpdateItem', 'UpdateItem']]);
  });

  it('a sliding token’s renewal: one, with the session and the limit beside the revocation check', async () => {
    const token = await signInSliding(gateway, ada);
    await post(gateway, '/token/sliding/refresh/', { token });
    count();
    await post(gateway, '/token/sliding/refresh/', { token });
    expect(waves('tokenRefreshSliding')).toEqual([['BatchGetItem', 'BatchGetItem', 'UpdateItem', 'UpdateItem']]);
  });

  it('verify: one, with the limit beside it', async () => {
    count();
    await post(gateway, '/token/verify/', { token: ada.access });
    expect(waves('tokenVerify')).toEqual([['BatchGetItem', 'BatchGetItem', 'UpdateItem']]);
  });

  it('reading one’s own record: one in the authorizer, one in the function', async () => {
    await read(gateway, `/users/${ada.id}/`, ada.access);
    expect(waves('authorizer')).toEqual([['BatchGetItem']]);
    expect(waves('userGet')).toEqual([['BatchGetItem']]);
  });

  it('changing a profile: caller, user and limits in one, then the write', async () => {
    const profile = async (body: Record<string, unknown>) => {
      count();
      const headers = { authorization: `Bearer ${ada.access}`, 'content-type': 'application/json' };
      const answer = await gateway.fetch(`/users/${ada.id}/`, { method: 'PATCH', headers, body: JSON.stringify(body) });
      expect(answer.status).toBe(200);
      return waves('userUpdate');
    };
    expect(await profile({ name: `Ada ${latencyMs}` })).toEqual([
      ['BatchGetItem', 'BatchGetItem', 'UpdateItem', 'UpdateItem'],
      ['UpdateItem'],
    ]);
    // One's own names: whether the session is fresh, and only then the limits and the ways back.
    expect(await profile({ email: newUser().email })).toEqual([
      ['BatchGetItem', 'BatchGetItem', 'UpdateItem', 'UpdateItem'],
      ['GetItem'],
      ['BatchGetItem', 'UpdateItem', 'UpdateItem'],
      ['GetItem'],
      ['TransactWriteItems'],
    ]);
  });

  it('listing users: the caller and the limits, all shards at once, the users', async () => {
    const keeper = await seeds.registeredUser({ roles: ['staff'] });
    count();
    expect((await read(gateway, '/users/', keeper.access)).status).toBe(200);
    expect(waves('usersList')).toEqual([
      ['BatchGetItem', 'BatchGetItem', 'UpdateItem', 'UpdateItem'],
      Array(8).fill('Query'),
      ['BatchGetItem'],
    ]);
  });

  it('blacklist: one read with the limit beside it, one write', async () => {
    const { refresh } = await signIn(gateway, ada);
    count();
    await post(gateway, '/token/blacklist/', { refresh });
    expect(waves('tokenBlacklist')).toEqual([['BatchGetItem', 'BatchGetItem', 'UpdateItem'], ['TransactWriteItems']]);
  });

  it('a password change: user and session, the limits, the other sessions during the hash, the write, then the session rows', async () => {
    const changer = await signedInUser(gateway);
    await signIn(gateway, changer);
    count();
    const next = 'quite another sentence';
    const form = { old_password: changer.password, new_password: next, new_password_confirmation: next };
    await post(gateway, `/users/${changer.id}/password/`, form, bearer(changer.access));
    expect(waves('passwordChange')).toEqual([
      ['GetItem', 'GetItem'],
      ['BatchGetItem', 'UpdateItem', 'UpdateItem', 'UpdateItem'],
      ['Query'],
      ['TransactWriteItems'],
      ['DeleteItem'],
    ]);
  });

  it('logout: one', async () => {
    const { access } = await signIn(gateway, ada);
    await post(gateway, '/logout/', {}, bearer(access));
    expect(waves('logout')).toEqual([['TransactWriteItems']]);
  });

  it('logout everywhere: the sessions, then the write that ends them, then all rows at once', async () => {
    const leaver = await signedInUser(gateway);
    await signIn(gateway, leaver);
    count();
    await post(gateway, '/logout/', { scope: 'global' }, bearer(leaver.access));
    expect(waves('logout')).toEqual([['Query'], ['TransactWriteItems'], ['DeleteItem', 'DeleteItem']]);
  });

  it('listing one’s own sessions: one', async () => {
    count();
    await read(gateway, `/users/${ada.id}/sessions/`, ada.access);
    expect(waves('sessionsList')).toEqual([['GetItem', 'Query']]);
  });

  it('the keys: none once an instance has them', async () => {
    await post(gateway, '/token/verify/', { token: ada.access });
    expect(gateway.gate.calls('tokenVerify').filter(({ service }) => service === 'ssm')).toEqual([]);
  });
});
