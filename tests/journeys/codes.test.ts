import { afterEach, describe, expect, it } from 'vitest';
import { unlimitedCodes, wrongCode } from './mail.ts';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, bearer, fiftyAtOnce, newUser, post, problemOf, read, type SignedInUser, signedInUser } from './users.ts';

const { gateway, mail, tables, clock } = await sharedGateway({ stage: 'local', settings: { ...unlimitedCodes, CODE_RATE_ADDRESS: 'off' } });
afterEach(clock.run);

const ask = (to: string, purpose = 'login', more: Body = {}, from?: string) =>
  post(gateway, '/codes/', { channel: to.includes('@') ? 'email' : 'sms', to, purpose, ...more }, {}, from);
/** As `ask`, always from one address: the pause and the limits that a caller is told of are those of an address. */
const askAgain = (to: string, purpose?: string, more?: Body) => ask(to, purpose, more, '198.51.100.20');
const codeFor = async (to: string, purpose = 'login') => {
  const response = await ask(to, purpose);
  if (response.status !== 202) throw new Error(`not sent: ${response.status} ${await response.text()}`);
  return await mail.last(to);
};
const logIn = (email: string, code: string, more: Body = {}) => post(gateway, '/login/code/', { email, code, ...more });
const statusOf = async (response: Promise<Response>) => (await response).status;
const refused = { status: 401, code: 'no_active_account', detail: 'No active account found with the given credentials' };
const row = async ({ id }: Pick<SignedInUser, 'id'>) => await tables.get('users', { id });

describe('a login code', () => {
  it('by email has six digits, signs in once, and verifies the address', async () => {
    const ada = await signedInUser(gateway);
    const sent = await ask(ada.email.toUpperCase());
    expect([sent.status, await sent.json(), sent.headers.get('cache-control')]).toEqual([202, { retry_after: 0 }, 'no-store']);
    expect(await mail.to(ada.email)).toEqual([
      expect.objectContaining({ template: 'code', purpose: 'login', language: 'en', secret: expect.stringMatching(/^\d{6}$/) }),
    ]);
    const code = await mail.last(ada.email);
    const response = await logIn(ada.email, ` ${code.slice(0, 3)} ${code.slice(3)} `);
    const { data } = (await response.json()) as { data: { access_token: string; user_id: string } };
    expect([response.status, data.user_id]).toEqual([200, ada.id]);
    expect((await read(gateway, `/users/${ada.id}/`, data.access_token)).status).toBe(200);
    expect(await row(ada)).toMatchObject({ email_verified: true, mobile_verified: false });
    expect(await problemOf(await logIn(ada.email, code))).toEqual(refused);
  });

  it('by SMS works with any spelling of the number and with full-width digits', async () => {
    const ada = await signedInUser(gateway);
    await post(gateway, '/codes/', { channel: 'sms', to: ada.mobile.slice(3), purpose: 'login' }, { 'accept-language': 'zh-CN' });
    expect((await mail.to(ada.mobile))[0]).toMatchObject({ template: 'code', language: 'zh-CN' });
    const code = (await mail.last(ada.mobile)).replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)));
    const response = await post(gateway, '/login/code/', { mobile: `0086 ${ada.mobile.slice(3, 6)}-${ada.mobile.slice(6)}`, code });
    expect(response.status).toBe(200);
    expect(await row(ada)).toMatchObject({ email_verified: false, mobile_verified: true });
  });

  it('works with the username, whether it went to the email or the mobile', async () => {
    const ada = await signedInUser(gateway);
    for (const kind of ['email', 'mobile']) await tables.set('users', { id: ada.id }, `${kind}_verified`, true);
    for (const to of [ada.email, ada.mobile]) {
      const code = await codeFor(to);
      expect(await statusOf(post(gateway, '/login/code/', { username: ada.username, code }))).toBe(200);
      expect(await statusOf(post(gateway, '/login/code/', { username: ada.username, code }))).toBe(401);
    }
  });

  it('works only for its purpose and its address, and only until a newer one is sent', async () => {
    const [ada, bob] = await Promise.all([signedInUser(gateway), signedInUser(gateway)]);
    const code = await codeFor(ada.email);
    expect(await statusOf(logIn(bob.email, code))).toBe(401);
    await codeFor(bob.email);
    expect(await statusOf(logIn(bob.email, code))).toBe(401);
    expect(await statusOf(post(gateway, '/login/code/', { mobile: ada.mobile, code }))).toBe(401);
    const form = { email: ada.email, password: 'another fine sentence', password_confirmation: 'another fine sentence' };
    expect(await statusOf(post(gateway, '/password/reset/', { ...form, code }))).toBe(400);
    const forReset = await codeFor(ada.email, 'reset');
    expect(await statusOf(logIn(ada.email, forReset))).toBe(401);
    const newer = await codeFor(ada.email);
    expect(newer).not.toBe(code);
    expect([await statusOf(logIn(ada.email, code)), await statusOf(logIn(ada.email, newer))]).toEqual([401, 200]);
  });

  it('is refused after ten minutes, though its row is still in the table', async () => {
    const ada = await signedInUser(gateway);
    const code = await codeFor(ada.email);
    const rows = (await tables.all('short-lived')).filter(({ user_id }) => user_id === ada.id);
    expect(rows).toHaveLength(1);
    const key = { key: rows[0]?.['key'] };
    const end = Number(rows[0]?.['digits_until']);
    expect(end - Math.floor(Date.now() / 1000)).toBeGreaterThan(590);
    expect(JSON.stringify(rows)).not.toContain(code);
    await tables.set('short-lived', key, 'digits_until', Math.floor(Date.now() / 1000));
    expect(await statusOf(logIn(ada.email, code))).toBe(401);
    await tables.set('short-lived', key, 'digits_until', end);
    expect(await statusOf(logIn(ada.email, code))).toBe(200);
  });

  it('of a suspended user is refused like a wrong one, and no new one is sent', async () => {
    const ada = await signedInUser(gateway);
    const code = await codeFor(ada.email);
    await tables.set('users', { id: ada.id }, 'is_active', false);
    expect(await problemOf(await logIn(ada.email, code))).toEqual(refused);
    const before = (await mail.to(ada.email)).length;
    expect((await ask(ada.email)).status).toBe(202);
    expect(await mail.to(ada.email)).toHaveLength(before);
  });

  it('that is older than a logout everywhere is refused', async () => {
    const ada = await signedInUser(gateway);
    const [code, texted] = [await codeFor(ada.email), await codeFor(ada.mobile)];
    expect((await post(gateway, '/logout/', { scope: 'global' }, bearer(ada.access))).status).toBe(200);
    expect(await problemOf(await logIn(ada.email, code))).toEqual(refused);
    expect(await problemOf(await post(gateway, '/login/code/', { username: ada.username, code: texted }))).toEqual(refused);
    expect(await statusOf(logIn(ada.email, await codeFor(ada.email)))).toBe(200);
  });

  it('signs in once if twenty requests send it at once', async () => {
    gateway.use({ CODE_TRIES: '10' });
    clock.stop();
    const ada = await signedInUser(gateway);
    const code = await codeFor(ada.email);
    const statuses = await Promise.all(Array.from({ length: 20 }, () => statusOf(logIn(ada.email, code))));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(new Set(statuses).difference(new Set([200, 401, 429, 503]))).toEqual(new Set());
  });

  it('has five tries in its life: fifty wrong codes at once kill it, with one answer, and a new code signs in', async () => {
    const ada = await signedInUser(gateway);
    const code = await codeFor(ada.email);
    const logged = () => gateway.logs('codeLogin').filter(({ json }) => json?.['event'] === 'wrong_code');
    const before = logged().length;
    const responses = await fiftyAtOnce(() => logIn(ada.email, wrongCode(code)));
    for (const response of responses) expect(await problemOf(response)).toEqual(refused);
    expect(logged().length - before, 'five were compared').toBe(5);
    expect(logged().at(-1)?.json).toMatchObject({ stage: 'local', wrong_code: 1, purpose: 'login' });
    expect(await problemOf(await logIn(ada.email, code))).toEqual(refused);
    expect(await statusOf(logIn(ada.email, await codeFor(ada.email)))).toBe(200);
  });

  it('has five tries in all by the address and by the username, and no time gives one back', async () => {
    const ada = await signedInUser(gateway);
    clock.stop(3_600_000 * Math.ceil(Date.now() / 3_600_000) - 1000); // one second before the hour, where windows of the clock meet
    const code = await codeFor(ada.email);
    const byName = (text: string) => post(gateway, '/login/code/', { username: ada.username, code: text });
    for (let count = 0; count < 3; count += 1) expect(await statusOf(logIn(ada.email, wrongCode(code)))).toBe(401);
    clock.pass(2);
    for (let count = 0; count < 2; count += 1) expect(await statusOf(byName(wrongCode(code)))).toBe(401);
    expect([await statusOf(logIn(ada.email, code)), await statusOf(byName(code))]).toEqual([401, 401]);
    expect(await statusOf(byName(await codeFor(ada.email)))).toBe(200);
  });

  it('loses no try while it is not there: wrong codes of a stranger before it was sent are not counted', async () => {
    const ada = await signedInUser(gateway);
    for (let count = 0; count < 20; count += 1) expect(await statusOf(logIn(ada.email, '000000'))).toBe(401);
    const code = await codeFor(ada.email);
    for (let count = 0; count < 4; count += 1) expect(await statusOf(logIn(ada.email, wrongCode(code)))).toBe(401);
    expect(await statusOf(logIn(ada.email, code))).toBe(200);
  });

  it('is spent once if an answer from the table is lost and the write is repeated', async () => {
    const [ada, bob] = await Promise.all([signedInUser(gateway), signedInUser(gateway)]);
    await tables.set('users', { id: bob.id }, 'email_verified', true);
    for (const [user, operation] of [
      [ada, 'TransactWriteItems'],
      [bob, 'UpdateItem'],
    ] as const) {
      const code = await codeFor(user.email);
      const fault = gateway.gate.fault(
        'codeLogin',
        (call) => call.operation === operation && /spent_by/.test(JSON.stringify(call)),
        'drop-after',
      );
      expect([await statusOf(logIn(user.email, code)), await statusOf(logIn(user.email, code))]).toEqual([200, 401]);
      fault.end();
    }
  });
});

describe('asking for a code', () => {
  /** The DynamoDB calls of a function, sorted. Its first request also reads keys. */
  const callsOf = (name: string) =>
    gateway.gate
      .calls(name)
      .filter(({ service }) => service === 'dynamodb')
      .map(({ operation }) => operation)
      .toSorted();
  /** All that a client can see of a response, except its date and its request’s id. */
  const seen = async (response: Response) => {
    const headers = Object.fromEntries([...response.headers].filter(([name]) => !/^(date|apigw-requestid|x-amzn.*)$/.test(name)));
    return { status: response.status, headers, body: await response.text() };
  };

  it.each(['register', 'login', 'reset'])('to %s is answered alike for somebody and for nobody, and writes as much', async (purpose) => {
    const ada = await signedInUser(gateway);
    for (const kind of ['email', 'mobile']) await tables.set('users', { id: ada.id }, `${kind}_verified`, true);
    const nobody = newUser();
    for (const kind of ['email', 'mobile'] as const) {
      gateway.gate.reset();
      const one = await seen(await ask(ada[kind], purpose));
      const calls = callsOf('codeSend');
      gateway.gate.reset();
      const other = await seen(await ask(nobody[kind], purpose));
      expect(other).toEqual(one);
      expect(callsOf('codeSend')).toEqual(calls);
    }
    const templates = async (address: string) => (await mail.to(address)).map(({ template }) => template);
    const known = { register: [['account-exists'], []], login: [['code'], ['code']], reset: [['code'], ['code']] }[purpose];
    expect([await templates(ada.email), await templates(ada.mobile)]).toEqual(known);
    const unknown = purpose === 'register' ? ['code'] : [];
    expect([await templates(nobody.email), await templates(nobody.mobile)]).toEqual([unknown, unknown]);
  });

  it('is refused for more than one address, a premium number, and a country that is not served', async () => {
    const before = (await tables.all('outbox')).length;
    const wrong: readonly (readonly [channel: string, to: string])[] = [
      ['email', 'ada@example.com\r\nBcc: eve@example.com'],
      ['email', 'ada@example.com,eve@example.com'],
      ['email', 'ada@example.com eve@example.com'],
      ['email', 'Ada <ada@example.com>'],
      ['email', '+8613800138000'],
      ['sms', 'ada@example.com'],
      ['sms', '+8613800138000,+8613800138001'],
      ['sms', '+8613800138000\n+8613800138001'],
      ['sms', '+19005550123'],
      ['sms', '+449012345678'],
      ['sms', '+861681234567'],
      ['sms', '+447400123456'],
      ['sms', '+4915123456789'],
      ['fax', '+8613800138000'],
    ];
    for (const [channel, to] of wrong) {
      const response = await post(gateway, '/codes/', { channel, to, purpose: 'register' });
      expect([to, response.status, ((await response.json()) as Body)['code']]).toEqual([to, 400, 'validation_failed']);
    }
    for (const purpose of ['verify', 'change', 'anything', '__proto__']) expect((await ask('ada@example.com', purpose)).status).toBe(400);
    expect(await tables.all('outbox')).toHaveLength(before);
    gateway.use({ CODE_COUNTRIES: 'CN,DE' });
    expect((await ask('+4915123456789', 'register')).status).toBe(202);
    expect((await ask('+447400123456', 'register')).status).toBe(400);
  });

  it('has to wait a minute per address, whatever the purpose and the spelling; of twenty requests at once one is sent', async () => {
    gateway.use({ CODE_RESEND_AFTER: '60s' });
    const { email, mobile } = newUser();
    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, index) => askAgain(index % 2 ? email : email.toUpperCase(), index % 3 ? 'register' : 'login')),
    );
    const statuses = responses.map(({ status }) => status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(1);
    expect(new Set(statuses).difference(new Set([202, 429, 503]))).toEqual(new Set());
    const late = await askAgain(email, 'reset');
    const seconds = Number(late.headers.get('retry-after'));
    expect([late.status, ((await late.json()) as Body)['code'], seconds > 0 && seconds <= 60]).toEqual([429, 'throttled', true]);
    expect((await askAgain(mobile)).status).toBe(202);
    const gaps = (await tables.all('short-lived')).filter(({ key }) => String(key).startsWith('code-gap#'));
    for (const { key } of gaps) await tables.set('short-lived', { key }, 'expires_at', Math.floor(Date.now() / 1000));
    expect(await (await askAgain(email, 'register')).json()).toEqual({ retry_after: 60 });
  });

  it('is limited per recipient, per client address and per block of numbers', async () => {
    clock.stop();
    gateway.use({ CODE_RATE_TARGET: '3/15m,100/1d' });
    const { email } = newUser();
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await askAgain(email)).status);
    expect(statuses).toEqual([202, 202, 202, 429]);
    expect((await askAgain(email.toUpperCase(), 'login')).status).toBe(429);
    gateway.use({ CODE_RATE_PREFIX: '3/15m' });
    const block = `+86139${String(Date.now()).slice(-4)}`;
    const blocks: [number, number][] = [];
    for (let count = 0; count < 4; count += 1) {
      const number = `${block}00${count}1`;
      blocks.push([(await askAgain(number, 'register')).status, (await mail.to(number)).length]);
    }
    expect(blocks, 'answered alike').toEqual([
      [202, 1],
      [202, 1],
      [202, 1],
      [202, 0],
    ]);
    gateway.use({ CODE_RATE_ADDRESS: '3/15m' });
    const from = '198.51.100.7';
    const one = () => statusOf(post(gateway, '/codes/', { channel: 'email', to: newUser().email, purpose: 'login' }, {}, from));
    expect([await one(), await one(), await one(), await one()]).toEqual([202, 202, 202, 429]);
    expect((await ask(newUser().email)).status).toBe(202);
  });

  it('needs a human check if the stage demands one, and a failed check uses up no limit', async () => {
    gateway.use({ HUMAN_CHECK_CODES: 'always', CODE_RATE_TARGET: '1/15m' });
    const { email } = newUser();
    for (let count = 0; count < 3; count += 1)
      expect(await problemOf(await askAgain(email))).toMatchObject({ status: 400, code: 'human_check_required' });
    expect((await askAgain(email, 'login', { captcha_id: '0190a1b2-0000-7000-8000-000000000000', captcha_text: 'x' })).status).toBe(400);
    gateway.use({ CODE_RATE_TARGET: '1/15m' });
    expect([(await askAgain(email)).status, (await askAgain(email)).status]).toEqual([202, 429]);
  });

  it.each(['crash-before', 'drop-before', 'refuse'] as const)('sends and counts nothing if the write fails (%s)', async (kind) => {
    gateway.use({ CODE_RATE_TARGET: '1/15m', CODE_RESEND_AFTER: '60s' });
    const { email } = newUser();
    const fault = gateway.gate.fault('codeSend', ({ operation }) => operation === 'TransactWriteItems', kind, { times: 99 });
    expect((await askAgain(email, 'register')).status).toBeGreaterThanOrEqual(500);
    fault.end();
    expect(await mail.to(email)).toEqual([]);
    if (kind !== 'crash-before') expect((await askAgain(email, 'register')).status).toBe(202);
  });

  it('sends one message if an answer from the table is lost and the write is repeated', async () => {
    gateway.use({ CODE_RESEND_AFTER: '60s' });
    const { email } = newUser();
    const fault = gateway.gate.fault('codeSend', ({ operation }) => operation === 'TransactWriteItems', 'drop-after');
    expect([(await ask(email, 'register')).status, fault.struck]).toEqual([202, 1]);
    expect(await mail.to(email)).toHaveLength(1);
  });
});
