import { afterEach, describe, expect, it } from 'vitest';
import { sharedGateway } from './shared-gateway.ts';
import { bearer, type NewUser, newUser, post, read, type SignedInUser, signedInUser, signIn } from './users.ts';

const settings = { LOGIN_RATE_ACCOUNT: '20/15m', HUMAN_CHECK_CODES: 'off', CODE_RESEND_AFTER: '0s' };
const { gateway, mail, tables, clock } = await sharedGateway({ stage: 'local', settings });
afterEach(clock.run);

const knownDevice = { 'user-agent': 'Telephone/3.1' };
const newDevice = { 'user-agent': 'Curl/8 <a href="https://evil.example">click here</a>', 'accept-language': 'zh' };
const noticesTo = ({ email }: NewUser) => mail.templatesTo(email);
const logIn = async (path: string, { username, password }: NewUser, headers: Record<string, string>, typed = password) =>
  (await post(gateway, path, { username, password: typed }, headers)).status;
const sessionsOf = async ({ id }: SignedInUser) => (await tables.all('sessions')).filter((row) => row['user_id'] === id).length;
/** The calls of a function in one request, sorted, without reads of parameters and the reset of counted tries. */
const callsOf = (name: string) =>
  gateway.gate
    .calls(name)
    .map(({ operation }) => operation)
    .filter((operation) => operation !== 'GetParameter' && operation !== 'DeleteItem')
    .toSorted();

/** A user with a verified email and a session on the known device. */
async function proved(): Promise<SignedInUser> {
  const user = await signedInUser(gateway);
  await tables.set('users', { id: user.id }, 'email_verified', true);
  for (const { sid } of (await tables.all('sessions')).filter((row) => row['user_id'] === user.id))
    await tables.set('sessions', { user_id: user.id, sid }, 'device', 'Telephone/3.0');
  return user;
}

describe('a password change', () => {
  it('is told to the email address once, in the request’s language, also if the table’s answer was lost', async () => {
    const ada = await signedInUser(gateway);
    gateway.gate.fault('passwordChange', ({ operation }) => operation === 'TransactWriteItems', 'drop-after');
    const form = {
      old_password: ada.password,
      new_password: 'quite another sentence',
      new_password_confirmation: 'quite another sentence',
    };
    const headers = { authorization: `Bearer ${ada.access}`, 'accept-language': 'zh-CN' };
    expect((await post(gateway, `/users/${ada.id}/password/`, form, headers)).status).toBe(200);
    expect(await mail.to(ada.email)).toMatchObject([{ template: 'password-changed', language: 'zh-CN', purpose: 'notice' }]);
  });

  it('is not told if NOTICES is off or the old password was wrong', async () => {
    const ada = await signedInUser(gateway);
    const there = `/users/${ada.id}/password/`;
    const form = {
      old_password: 'not this one',
      new_password: 'quite another sentence',
      new_password_confirmation: 'quite another sentence',
    };
    const headers = bearer(ada.access);
    expect((await post(gateway, there, form, headers)).status).toBe(400);
    gateway.use({ NOTICES: 'new-device' });
    expect((await post(gateway, there, { ...form, old_password: ada.password }, headers)).status).toBe(200);
    gateway.use();
    expect(await noticesTo(ada)).toEqual([]);
  });
});

describe('a stolen session', () => {
  const renew = async (refresh: string, headers: Record<string, string> = {}) =>
    await post(gateway, '/token/refresh/', { refresh }, headers);
  /** The owner has refreshed twice when the thief uses the first token. */
  const stolen = async (user: SignedInUser) => {
    let { refresh } = user;
    for (let turn = 0; turn < 2; turn += 1) ({ refresh } = (await (await renew(refresh)).json()) as { refresh: string });
    return refresh;
  };

  it('is told to the proved email address of its owner once, without an IP address, and has ended for both', async () => {
    const ada = await proved();
    const current = await stolen(ada);
    gateway.gate.fault('tokenRefresh', ({ operation }) => operation === 'TransactWriteItems', 'drop-after');
    expect((await renew(ada.refresh, { 'accept-language': 'zh-CN' })).status).toBe(401);
    expect((await renew(current)).status).toBe(401);
    expect((await renew(ada.refresh)).status).toBe(401);
    const letters = await mail.to(ada.email);
    expect(letters).toMatchObject([{ template: 'session-stolen', language: 'zh-CN', purpose: 'notice' }]);
    expect(letters[0]?.text).not.toContain('127.0.0.1');
  });

  it('is not told to an unproved address, nor if NOTICES leaves it out', async () => {
    const [ada, bob] = [await signedInUser(gateway), await proved()];
    await stolen(ada);
    await stolen(bob);
    expect((await renew(ada.refresh)).status).toBe(401);
    gateway.use({ NOTICES: 'new-device' });
    expect((await renew(bob.refresh)).status).toBe(401);
    gateway.use();
    expect([await noticesTo(ada), await noticesTo(bob)]).toEqual([[], []]);
  });

  it('ends also if its owner cannot be read', async () => {
    const ada = await proved();
    const current = await stolen(ada);
    let reads = 0;
    const second = ({ operation }: { operation: string }) => operation === 'BatchGetItem' && ++reads > 2; // the standing and the limit come first
    const fault = gateway.gate.fault('tokenRefresh', second, 'drop-before', { times: 99 });
    expect((await renew(ada.refresh)).status).toBe(401);
    fault.end();
    expect(fault.struck).toBeGreaterThan(0);
    expect((await renew(current)).status).toBe(401);
    expect(await noticesTo(ada)).toEqual([]);
  });
});

describe('a sign-in', () => {
  it.for([['/login/'], ['/token/'], ['/token/sliding/']])(
    'by %s is told if the device is new, once, without any words of the client, and not if the device is known',
    async ([path = '']) => {
      const ada = await proved();
      expect([await logIn(path, ada, knownDevice), await noticesTo(ada)]).toEqual([200, []]);
      expect([await logIn(path, ada, newDevice), await logIn(path, ada, newDevice)]).toEqual([200, 200]);
      const letters = await mail.to(ada.email);
      expect(letters).toMatchObject([{ template: 'new-device', language: 'zh-CN' }]);
      expect(JSON.stringify(letters)).not.toMatch(/evil|click|Curl/);
      expect(await sessionsOf(ada)).toBe(4);
    },
  );

  it('by code is treated alike', async () => {
    const ada = await proved();
    const signInWith = async (headers: Record<string, string>) => {
      await post(gateway, '/codes/', { channel: 'email', to: ada.email, purpose: 'login' });
      return (await post(gateway, '/login/code/', { email: ada.email, code: await mail.last(ada.email) }, headers)).status;
    };
    expect([await signInWith(knownDevice), await signInWith(newDevice)]).toEqual([200, 200]);
    expect(await noticesTo(ada)).toEqual(['code', 'code', 'new-device']);
  });

  it('after many wrong passwords is told as suspicious, as long as they count', async () => {
    clock.stop();
    const ada = await proved();
    for (let count = 0; count < 10; count += 1) expect(await logIn('/token/', ada, knownDevice, 'not this one')).toBe(401);
    expect(await noticesTo(ada)).toEqual([]);
    expect([await logIn('/token/', ada, newDevice), await logIn('/token/', ada, knownDevice)]).toEqual([200, 200]);
    expect(await noticesTo(ada)).toEqual(['suspicious-sign-in', 'suspicious-sign-in']);
    clock.pass(30 * 60);
    expect(await logIn('/token/', ada, knownDevice)).toBe(200);
    expect(await noticesTo(ada)).toHaveLength(2);
  });

  it('and its notice are one write: a lost answer sends one notice, and a failed write opens no session and sends none', async () => {
    const ada = await proved();
    const write = ({ operation }: { operation: string }) => operation === 'TransactWriteItems';
    const fault = gateway.gate.fault('tokenObtain', write, 'drop-before', { times: 99 });
    expect([await logIn('/token/', ada, newDevice), await sessionsOf(ada), await noticesTo(ada)]).toEqual([503, 1, []]);
    fault.end();
    gateway.gate.fault('tokenObtain', write, 'drop-after');
    expect([await logIn('/token/', ada, newDevice), await sessionsOf(ada), await noticesTo(ada)]).toEqual([200, 2, ['new-device']]);
  });

  it('is not told to an unverified address', async () => {
    const ada = await signedInUser(gateway);
    expect([await logIn('/token/', ada, newDevice), await noticesTo(ada)]).toEqual([200, []]);
    expect((await read(gateway, '/userInfo/', (await signIn(gateway, ada)).access)).status).toBe(200);
  });

  it('costs one more query with notices on, for known and unknown users alike, and none with notices off', async () => {
    const ada = await proved();
    const plain = ['BatchGetItem', 'GetItem', 'GetItem', 'Query', 'TransactWriteItems', 'UpdateItem', 'UpdateItem', 'UpdateItem'];
    const cost = async (user: NewUser, headers = knownDevice) => {
      gateway.gate.reset();
      const status = await logIn('/login/', user, headers);
      return [status, ...callsOf('login')];
    };
    // Her try is given back to the account, because it is not the first of the window.
    expect(await cost(ada)).toEqual([200, ...plain, 'Query', 'UpdateItem'].toSorted());
    expect(await cost(newUser())).toEqual([401, ...plain.filter((each) => each !== 'TransactWriteItems'), 'Query'].toSorted());
    gateway.use({ NOTICES: '' });
    expect(await cost(ada, newDevice)).toEqual([200, ...plain, 'UpdateItem'].toSorted());
    gateway.use();
    expect(await noticesTo(ada)).toEqual([]);
  });
});
