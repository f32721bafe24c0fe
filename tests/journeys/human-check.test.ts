import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { Challenge } from '#lib/human-check/altcha.ts';
import { hashedAnswer } from '#lib/human-check/human-keys.ts';
import { keysOf } from './keys.ts';
import { sharedGateway } from './shared-gateway.ts';
import { solved as solvedBy } from './solving.ts';
import { type Body, fiftyAtOnce, type NewUser, newUser, post, problemOf, register } from './users.ts';

const asking = { HUMAN_CHECK_LOGIN: 'always', HUMAN_CHECK_REGISTER: 'always', CHALLENGE_MAXNUMBER: '1000' };
const { gateway, tables, clock } = await sharedGateway({
  settings: { AUTH_HEADER_TYPES: 'Bearer,Token', LOGIN_RATE_ACCOUNT: '60/15m', ...asking },
});
const keys = keysOf(gateway);
const ada = newUser();
const { pass } = clock;
beforeAll(async () => {
  clock.stop(Math.ceil(Date.now() / 3_600_000) * 3_600_000); // the start of a window of every limit
  gateway.use({ HUMAN_CHECK_REGISTER: 'off' });
  await register(gateway, ada);
  gateway.use();
});
afterAll(() => {
  keys.close();
  clock.run();
});

const show = async (uuid: string, from = '198.51.100.1') => await gateway.fetch(`/captcha/${uuid}`, { from });
const challenge = async (from = '198.51.100.1') => (await (await gateway.fetch('/challenge/', { from })).json()) as Challenge;

/** A captcha whose answer the test sets, because no test can read the picture. */
async function picture(text = 'AWX37', id: string = randomUUID()) {
  expect((await show(id)).status).toBe(200);
  await tables.set('short-lived', { key: `captcha#${id}` }, 'answer', hashedAnswer(await keys.lookupSecret(), id, text));
  return { captcha_id: id, captcha_text: text };
}

const solved = async (given?: Challenge) => await solvedBy(gateway, '198.51.100.1', given);

const logIn = async (more: Body, { username, password }: Pick<NewUser, 'username' | 'password'> = ada, path = '/token/') =>
  await post(gateway, path, { username, password, ...more });
const outcome = async (response: Response) => (response.status < 300 ? 'in' : ((await response.json()) as { code: string }).code);
const tryWith = async (more: Body, user?: Pick<NewUser, 'username' | 'password'>) => await outcome(await logIn(more, user));

describe('a captcha picture', () => {
  it('is a PNG for a UUID that the client chose, and is not cached', async () => {
    const response = await show(randomUUID());
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'cross-origin',
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'png', width: 240, height: 80 });
    await expect(sharp(bytes).raw().toBuffer()).resolves.toBeDefined();
    expect(bytes.toString('latin1')).not.toMatch(/tEXt|iTXt|zTXt|eXIf|tIME/);
  });

  it('is not found for anything but a UUID', async () => {
    for (const id of ['x', '1', randomUUID().replaceAll('-', ''), `${randomUUID()}0`, `%7B${randomUUID()}%7D`, `${randomUUID()}%0A`]) {
      expect([id, await problemOf(await show(id))]).toEqual([id, { status: 404, code: 'not_found', detail: 'Not found.' }]);
    }
  });

  it('is passed with any letter case in the UUID and the text', async () => {
    const { captcha_id, captcha_text } = await picture();
    expect(await tryWith({ captcha_id: captcha_id.toUpperCase(), captcha_text: ` ${captcha_text.toLowerCase()}` })).toBe('in');
  });

  it('has one try, right or wrong', async () => {
    const [one, other] = [await picture(), await picture()];
    expect([await tryWith(one), await tryWith(one)]).toEqual(['in', 'human_check_failed']);
    expect([await tryWith({ ...other, captcha_text: 'WRONG' }), await tryWith(other)]).toEqual([
      'human_check_failed',
      'human_check_failed',
    ]);
  });

  it('is passed once if fifty right answers arrive at once', async () => {
    const right = await picture();
    const outcomes = await fiftyAtOnce(async () => await tryWith(right));
    expect(outcomes.filter((each) => each === 'in')).toHaveLength(1);
    expect(outcomes.filter((each) => each === 'human_check_failed')).toHaveLength(49);
  });

  it('is valid for 100 seconds, though its row stays longer', async () => {
    const [one, other] = [await picture(), await picture()];
    const row = async () => await tables.get('short-lived', { key: `captcha#${other.captcha_id}` });
    expect(await row()).toMatchObject({ expires_at: clock.now() / 1000 + 100 });
    pass(99);
    expect(await tryWith(one)).toBe('in');
    pass(1);
    expect(await tryWith(other)).toBe('human_check_failed');
    expect(await row()).toBeDefined();
  });

  it('is valid for its own UUID only, and no longer than until the next picture for it', async () => {
    const [one, other] = [await picture('AAAAA'), await picture('XXXXX')];
    expect(await tryWith({ ...one, captcha_text: other.captcha_text })).toBe('human_check_failed');
    await show(other.captcha_id);
    expect(await tryWith(other)).toBe('human_check_failed'); // except once in 161,051 runs
    expect(await tryWith(await picture('XXXXX', other.captcha_id))).toBe('in');
  });

  it('is limited per address and in total', async () => {
    gateway.use({ CAPTCHA_RATE_ADDRESS: '3/15m', CAPTCHA_RATE_GLOBAL: '5/1m' });
    pass(3600);
    const ask = async (from: string) => (await show(randomUUID(), from)).status;
    for (const status of [200, 200, 200, 429]) expect(await ask('198.51.100.7')).toBe(status);
    for (const status of [200, 200, 429]) expect(await ask('198.51.100.8')).toBe(status);
    const id = randomUUID();
    pass(120);
    expect([await ask('198.51.100.9'), (await show(id, '198.51.100.9')).status, (await show(id, '198.51.100.9')).status]).toEqual([
      200, 200, 200,
    ]);
    expect((await show(id, '198.51.100.9')).headers.get('retry-after')).toMatch(/^\d+$/);
  });
});

describe('a challenge', () => {
  it('has ALTCHA’s format, is not cached, and its solution signs in once', async () => {
    const response = await gateway.fetch('/challenge/');
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const offered = (await response.json()) as Challenge;
    expect(offered).toEqual({
      algorithm: 'SHA-256',
      challenge: expect.stringMatching(/^[0-9a-f]{64}$/),
      maxnumber: 1000,
      salt: expect.stringMatching(new RegExp(`^[0-9a-f]{24}\\?expires=${clock.now() / 1000 + 600}&$`)),
      signature: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const proof = await solved(offered);
    expect(await tryWith(proof)).toBe('in');
    for (const path of ['/login/', '/token/', '/token/sliding/', '/api-token-auth/']) {
      expect([path, await outcome(await logIn(proof, ada, path))]).toEqual([path, 'human_check_failed']);
    }
  });

  it('is passed once if fifty solutions arrive at once', async () => {
    const proof = await solved();
    const outcomes = await fiftyAtOnce(async () => await tryWith(proof));
    expect(outcomes.filter((each) => each === 'in')).toHaveLength(1);
  });

  it('expires after ten minutes', async () => {
    const [one, other] = [await solved(), await solved()];
    pass(599);
    expect(await tryWith(one)).toBe('in');
    pass(1);
    expect(await tryWith(other)).toBe('human_check_failed');
  });

  it('is refused if its solution is forged, altered, split differently or oversized', async () => {
    const offered = await challenge();
    const honest = JSON.parse(Buffer.from(String((await solved(offered))['altcha']), 'base64').toString()) as Body & {
      salt: string;
      number: number;
    };
    const packed = (change: Body) => ({ altcha: Buffer.from(JSON.stringify({ ...honest, ...change })).toString('base64') });
    const later = honest.salt.replace(/expires=\d+/, 'expires=9999999999');
    for (const change of [
      { signature: 'f'.repeat(64) },
      { number: honest.number + 1 },
      { salt: later },
      { salt: honest.salt.slice(0, 24), number: `?expires=1&${honest.number}` },
      { algorithm: 'SHA-1' },
      { number: '1e3' },
    ]) {
      expect([change, await tryWith(packed(change))]).toEqual([change, 'human_check_failed']);
    }
    for (const altcha of ['x', '****', 'bnVsbA==', JSON.stringify(honest)])
      expect([altcha, await tryWith({ altcha })]).toEqual([altcha, 'human_check_failed']);
    expect(await problemOf(await logIn({ altcha: 'A'.repeat(60_000) }))).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(await tryWith(packed({ maxnumber: 1 }))).toBe('in'); // the server does not read it
  });

  it('becomes harder for an address that asks often or fails, and is then refused', async () => {
    gateway.use({ CHALLENGE_RATE_ADDRESS: '20/15m' });
    pass(3600);
    const from = '198.51.100.20';
    const hardness = async () => (await challenge(from)).maxnumber;
    const fail = async () => await post(gateway, '/token/', { ...ada, altcha: 'x' }, {}, from);
    expect([await hardness(), await hardness()]).toEqual([1000, 1000]);
    for (let time = 0; time < 9; time += 1) await fail();
    const half = await hardness();
    expect(half).toBeGreaterThan(4000);
    expect((await challenge('198.51.100.21')).maxnumber).toBe(1000);
    for (let time = 0; time < 8; time += 1) await fail();
    expect((await gateway.fetch('/challenge/', { from })).status).toBe(429);
    pass(1800);
    expect(await hardness()).toBe(1000);
  });
});

describe('the networks of one IPv6 site', () => {
  test.for([
    ['pictures', 'CAPTCHA', (): string => `/captcha/${randomUUID()}`],
    ['challenges', 'CHALLENGE', (): string => '/challenge/'],
  ] as const)('get eight times the %s of one address together, so that they do not use up those of everybody', async ([, kind, path]) => {
    gateway.use({ [`${kind}_RATE_ADDRESS`]: '2/15m', [`${kind}_RATE_GLOBAL`]: '20/15m' });
    const site = kind === 'CAPTCHA' ? '2001:db8:17' : '2001:db8:18';
    const statuses: number[] = [];
    for (let network = 0; network < 24; network += 1)
      statuses.push((await gateway.fetch(path(), { from: `${site}:${network.toString(16)}::1` })).status);
    expect(statuses).toEqual([...Array(16).fill(200), ...Array(8).fill(429)]);
    expect((await gateway.fetch(path(), { from: '203.0.113.77' })).status).toBe(200);
  });
});

describe('a stage that demands human checks', () => {
  it('answers every login and registration without one with a 400, which says where to get one', async () => {
    for (const path of ['/login/', '/token/', '/token/sliding/', '/api-token-auth/', '/register/']) {
      const user = newUser();
      const body = path === '/register/' ? { ...user, password_confirmation: user.password } : ada;
      const response = await post(gateway, path, { ...body }, { 'accept-language': 'en' });
      expect([path, response.status, await response.json()]).toMatchObject([
        path,
        400,
        {
          code: 'human_check_required',
          errors: { captcha_text: ['Type the characters in the picture.'] },
          captcha: '/captcha/{uuid}',
          challenge: '/challenge/',
        },
      ]);
    }
  });

  it('lets a person in who cannot read a picture: the challenge of the refusal is enough (WCAG 2.2, 3.3.8)', async () => {
    const refusal = (await (await logIn({})).json()) as { captcha: string; challenge: string };
    expect(refusal.captcha).toBe('/captcha/{uuid}');
    const offered = (await (await gateway.fetch(refusal.challenge, { from: '198.51.100.40' })).json()) as Challenge;
    expect(await tryWith(await solved(offered))).toBe('in');
    const unread = await picture();
    expect(await tryWith({ captcha_id: unread.captcha_id, captcha_text: '', ...(await solved()) })).toBe('in');
    expect(await tryWith({ ...unread, altcha: '' })).toBe('in'); // the picture kept its try; a form sends the unused field empty
  });

  it('accepts a check at each of them', async () => {
    for (const path of ['/login/', '/token/', '/token/sliding/', '/api-token-auth/']) {
      expect([path, await outcome(await logIn(await solved(), ada, path))]).toEqual([path, 'in']);
    }
    const user = newUser();
    const form = { ...user, password_confirmation: user.password };
    const right = await picture();
    expect((await post(gateway, '/register/', { ...form, email: 'nowhere', ...right })).status).toBe(400);
    expect((await post(gateway, '/register/', { ...form, ...right })).status).toBe(201);
    expect(await outcome(await post(gateway, '/register/', { ...form, ...right }))).toBe('human_check_failed');
  });

  it('gives the same answer with the same calls for known and unknown users', async () => {
    const unknownUser = { username: newUser().username, password: ada.password };
    const seen: { isAda: boolean; status: number; body: Body; calls: string[] }[] = [];
    for (const user of [ada, unknownUser]) {
      for (const more of [{}, { altcha: 'x' }, { captcha_id: randomUUID(), captcha_text: 'AWX37' }]) {
        const before = gateway.gate.calls('tokenObtain').length;
        const response = await logIn(more, user);
        const { instance: _, ...body } = (await response.json()) as Body;
        // The two reads run in parallel and an unknown name's index query is empty, so only the writes are compared.
        const calls = gateway.gate
          .calls('tokenObtain')
          .slice(before)
          .filter(({ isWrite }) => isWrite);
        seen.push({ isAda: user === ada, status: response.status, body, calls: calls.map(({ operation }) => operation) });
      }
    }
    const of = (isAda: boolean) => seen.filter((each) => each.isAda === isAda).map(({ isAda: _, ...rest }) => rest);
    expect(of(true)).toEqual(of(false));
    expect(of(true).map(({ body }) => body['code'])).toEqual(['human_check_required', 'human_check_failed', 'human_check_failed']);
  });

  it('when-pressed demands one after failed logins, until two windows have passed', async () => {
    gateway.use({ HUMAN_CHECK_LOGIN: 'when-pressed', HUMAN_CHECK_PRESSURE: '50', LOGIN_RATE_ACCOUNT: '4/15m' });
    pass(3600);
    const wrong = { ...ada, password: 'a wrong one' };
    const twice = async () => [await tryWith({}, wrong), await tryWith({}, wrong)];
    expect(await twice()).toEqual(['no_active_account', 'no_active_account']);
    expect([await tryWith({}), await tryWith({ altcha: 'x' }), await tryWith({}), await tryWith({})]).toEqual([
      'human_check_required',
      'human_check_failed',
      'human_check_required',
      'human_check_required',
    ]);
    expect(await tryWith(await solved())).toBe('in');
    expect(await tryWith({})).toBe('human_check_required');
    pass(1800);
    expect(await tryWith({})).toBe('in');
  });

  it('when-pressed demands one of an address that registers repeatedly', async () => {
    gateway.use({ HUMAN_CHECK_REGISTER: 'when-pressed', REGISTER_RATE_ADDRESS: '4/1h' });
    const join = async (from: string, more: Body = {}) => {
      const user = newUser();
      const form = { ...user, password_confirmation: user.password, ...more };
      return await outcome(await post(gateway, '/register/', form, {}, from));
    };
    expect([await join('198.51.100.30'), await join('198.51.100.30'), await join('198.51.100.30')]).toEqual([
      'in',
      'in',
      'human_check_required',
    ]);
    expect([await join('198.51.100.31'), await join('198.51.100.30', await solved())]).toEqual(['in', 'in']);
  });

  it('off ignores the fields of a check', async () => {
    gateway.use({ HUMAN_CHECK_LOGIN: 'off' });
    expect(await tryWith({ altcha: 'x', captcha_id: 'x', captcha_text: 'x' })).toBe('in');
  });
});

describe('a human check while a table fails', () => {
  const ofCheck = (call: { input: Readonly<Record<string, unknown>> }) =>
    /"(captcha|challenge)#/.test(JSON.stringify(call.input['Key'] ?? {}));

  it('answers 503, stays valid, and no login try is counted', async () => {
    const proofs = [await picture(), await solved()];
    const counted = async () =>
      (await tables.all('short-lived')).flatMap(({ key, count }) => (/^throttle#login/.test(String(key)) ? [Number(count)] : []));
    const before = (await counted()).reduce((sum, count) => sum + count, 0);
    for (const proof of proofs) {
      const fault = gateway.gate.fault('tokenObtain', ofCheck, 'drop-before', { times: 99 });
      expect(await problemOf(await logIn(proof))).toMatchObject({ status: 503, code: 'unavailable' });
      fault.end();
    }
    expect((await counted()).reduce((sum, count) => sum + count, 0)).toBe(before);
    for (const proof of proofs) expect(await tryWith(proof)).toBe('in');
  });

  it('is spent if the table did the write and only its answer was lost', async () => {
    for (const proof of [await picture(), await solved()]) {
      const fault = gateway.gate.fault('tokenObtain', ofCheck, 'drop-after');
      expect([await tryWith(proof), fault.struck]).toEqual(['in', 1]);
      expect(await tryWith(proof)).toBe('human_check_failed');
    }
  });

  it('stays spent if the login fails afterwards; the next try needs another one', async () => {
    const proof = await solved();
    const fault = gateway.gate.fault('tokenObtain', ({ operation }) => operation === 'TransactWriteItems', 'crash-before');
    expect((await logIn(proof)).status).toBe(500);
    fault.end();
    expect([await tryWith(proof), await tryWith(await solved())]).toEqual(['human_check_failed', 'in']);
  });
});
