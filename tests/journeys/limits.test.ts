import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sharedGateway } from './shared-gateway.ts';
import { solved } from './solving.ts';
import { type Body, bearer, fiftyAtOnce, newUser, post, register, type SignedInUser, signedInUser } from './users.ts';

const app = 'https://app.example.com';
const { gateway, clock } = await sharedGateway({
  settings: { CHALLENGE_MAXNUMBER: '1000', AUTH_COOKIES: 'lax', CORS_ORIGINS: app },
});
let ada: SignedInUser;
beforeEach(async () => {
  clock.stop(Math.ceil(Date.now() / 86_400_000) * 86_400_000); // the start of a window of every limit
  ada = await signedInUser(gateway);
});
afterEach(clock.run);

const outcome = async (response: Response) => (response.status < 300 ? 'in' : ((await response.json()) as { code: string }).code);
const tryAs = async ({ username, password }: Pick<SignedInUser, 'username' | 'password'>, more: Body = {}, from?: string) =>
  await outcome(await post(gateway, '/login/', { username, password, ...more }, {}, from));
const wrongly = async (user: Pick<SignedInUser, 'username'>, times: number, more: Body = {}, from?: string) => {
  const outcomes: string[] = [];
  for (let time = 0; time < times; time += 1)
    outcomes.push(await tryAs({ username: user.username, password: 'guess' }, more, from ?? `203.0.113.${time % 250}`));
  return outcomes;
};

/** The text that a client keeps after a sign-in to be known next time. */
async function deviceOf({ username, password }: SignedInUser, path = '/login/', more: Body = {}): Promise<string> {
  const answer = (await (await post(gateway, path, { username, password, device: '', ...more })).json()) as Body & { data?: Body };
  return String((answer.data ?? answer)['device']);
}

describe('a stranger who fails to sign in to an account', () => {
  it('does not keep out a device that signed in before', async () => {
    const device = await deviceOf(ada);
    expect((await wrongly(ada, 15)).slice(10)).toEqual(Array(5).fill('human_check_required'));
    expect(await tryAs(ada)).toBe('human_check_required');
    expect(await tryAs(ada, { device })).toBe('in');
  });

  it('does not keep out a person who passes a human check', async () => {
    const eve = await signedInUser(gateway);
    await wrongly(eve, 12);
    expect(await tryAs(eve)).toBe('human_check_required');
    expect(await tryAs(eve, await solved(gateway))).toBe('in');
  });

  it('does not learn that the owner signed in, nor from it that there is an account', async () => {
    const [eve, nobody] = [await signedInUser(gateway), newUser()];
    for (const each of [eve, nobody]) await wrongly(each, 10);
    const probes = async () => [await wrongly(eve, 1), await wrongly(nobody, 1)];
    expect(await probes()).toEqual([['human_check_required'], ['human_check_required']]);
    expect(await tryAs(eve, await solved(gateway))).toBe('in');
    expect(await probes()).toEqual([['human_check_required'], ['human_check_required']]);
  });

  it('does not keep out anybody else, from hundreds of addresses, once all tries together are used up', async () => {
    gateway.use({ LOGIN_RATE_GLOBAL: '100/1m' });
    const outcomes = await Promise.all(
      Array.from({ length: 300 }, (_, index) => tryAs({ username: `victim${index}`, password: 'guess' }, {}, `10.${index}.0.1`)),
    );
    expect(outcomes.filter((each) => each === 'human_check_required')).toHaveLength(200);
    expect(await tryAs(ada)).toBe('human_check_required');
    expect(await tryAs(ada, await solved(gateway))).toBe('in');
  });

  it('is refused at the ceiling, however many checks are passed', async () => {
    gateway.use({ LOGIN_RATE_ACCOUNT: '2/15m', HUMAN_CHECK_CEILING: '2' });
    const eve = newUser();
    const outcomes = [...(await wrongly(eve, 2))];
    for (let time = 0; time < 3; time += 1) outcomes.push(...(await wrongly(eve, 1, await solved(gateway))));
    expect(outcomes).toEqual([...Array(4).fill('no_active_account'), 'throttled']);
  });

  it('is refused at the limit if the stage has no human checks', async () => {
    gateway.use({ HUMAN_CHECK_LOGIN: 'off', LOGIN_RATE_ACCOUNT: '3/15m' });
    const eve = await signedInUser(gateway);
    expect(await wrongly(eve, 4)).toEqual(['no_active_account', 'no_active_account', 'throttled', 'throttled']);
    expect(await tryAs(eve, await solved(gateway))).toBe('throttled');
  });

  it('gains no tries where two windows of the clock meet', async () => {
    clock.pass(15 * 60 - 2);
    expect(new Set(await wrongly({ username: 'no.such.one' }, 10))).toEqual(new Set(['no_active_account']));
    clock.pass(4);
    expect(new Set(await wrongly({ username: 'no.such.one' }, 5))).toEqual(new Set(['human_check_required']));
  });

  it('gains nothing by moving through the networks of one IPv6 site', async () => {
    gateway.use({ LOGIN_RATE_ADDRESS: '2/15m' });
    const from = (network: number) => `2001:db8:7:${network.toString(16)}::1`;
    const outcomes: string[] = [];
    for (let network = 0; network < 18; network += 1)
      outcomes.push(...(await wrongly({ username: `victim${network}` }, 1, {}, from(network))));
    expect(outcomes).toEqual([...Array(16).fill('no_active_account'), 'human_check_required', 'human_check_required']);
    expect(await wrongly({ username: 'another' }, 1, {}, '2001:db8:8::1')).toEqual(['no_active_account']);
  });
});

describe('a known device', () => {
  it('is known by what every sign-in gives a client that asks, and by no answer to another client', async () => {
    const withTokens = await post(gateway, '/token/', { username: ada.username, password: ada.password });
    expect(Object.keys((await withTokens.json()) as Body).sort()).toEqual(['access', 'refresh']);
    const device = await deviceOf(ada, '/token/');
    await wrongly(ada, 11);
    expect(await outcome(await post(gateway, '/token/', { username: ada.email, password: ada.password, device }))).toBe('in');
    expect(await outcome(await post(gateway, '/token/', { username: ada.email, password: ada.password, device: null }))).toBe('in');
  });

  it('is known to a browser by a cookie that scripts cannot read and that outlives the session', async () => {
    const send = (cookie: string) =>
      post(gateway, '/login/', { username: ada.username, password: ada.password, cookies: true }, { origin: app, cookie });
    const line = (await send('')).headers.getSetCookie().find((each) => each.startsWith('__Host-device='));
    expect(line).toMatch(/^__Host-device=[\w.-]+; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=15552000$/);
    const cookie = line?.split(';')[0] ?? '';
    await wrongly(ada, 11);
    expect([(await send('')).status, (await send(cookie)).status]).toEqual([400, 200]);
    expect((await send(`${cookie}; __Host-device=x`)).status).toBe(400);
  });

  it('keeps its text until half of its time is over, and is forgotten after it', async () => {
    gateway.use({ KNOWN_DEVICE_LIFETIME: '10d' });
    const device = await deviceOf(ada);
    expect(await deviceOf(ada, '/login/', { device })).toBe(device);
    clock.pass(6 * 86_400);
    expect(await deviceOf(ada, '/login/', { device })).not.toBe(device);
    clock.pass(5 * 86_400);
    await wrongly(ada, 11);
    expect(await tryAs(ada, { device })).toBe('human_check_required');
  });

  it('has a limit of its own, for fifty tries at once too', async () => {
    const device = await deviceOf(ada);
    const outcomes = await fiftyAtOnce(() => tryAs({ username: ada.username, password: 'guess' }, { device }));
    expect(outcomes.filter((each) => each === 'no_active_account')).toHaveLength(10);
    expect(outcomes.filter((each) => each === 'human_check_required')).toHaveLength(40);
    expect(await tryAs(ada)).toBe('in');
  });

  it('of another account, or a forged one, counts against the account too', async () => {
    const [eve, bob] = [await signedInUser(gateway), await signedInUser(gateway)];
    const device = await deviceOf(eve);
    const forged = [
      device,
      device.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      `${'a'.repeat(32)}.zzzzzz.${'A'.repeat(43)}`,
      'x',
      '.',
    ];
    const outcomes: string[] = [];
    for (let time = 0; time < 15; time += 1)
      outcomes.push(...(await wrongly(bob, 1, { device: forged[time % forged.length] ?? '' }, `203.0.113.${time}`)));
    expect(outcomes.slice(0, 9)).toEqual(Array(9).fill('no_active_account'));
    expect(outcomes.slice(10)).not.toContain('no_active_account');
    expect(await tryAs(bob)).toBe('human_check_required');
  });

  it('tells nothing of who has an account: an unknown name is answered like a known one', async () => {
    const device = await deviceOf(ada);
    const bob = await signedInUser(gateway);
    const answers = [];
    for (const username of [bob.username, 'no.such.one'])
      answers.push(await Promise.all(Array.from({ length: 12 }, () => tryAs({ username, password: 'guess' }, { device }, '203.0.113.77'))));
    const [known = [], unknown = []] = answers.map((each) => each.toSorted());
    expect(unknown.slice(0, 3)).toEqual(known.slice(0, 3));
  });

  it('is not known any more after a new password', async () => {
    const eve = await signedInUser(gateway);
    const device = await deviceOf(eve);
    const form = { old_password: eve.password, new_password: 'quite another one', new_password_confirmation: 'quite another one' };
    expect((await post(gateway, `/users/${eve.id}/password/`, form, bearer(eve.access))).status).toBe(200);
    await wrongly(eve, 11);
    expect(await tryAs({ ...eve, password: form.new_password }, { device })).toBe('human_check_required');
  });

  it('is not known on a stage that knows none', async () => {
    const device = await deviceOf(ada);
    gateway.use({ KNOWN_DEVICE_LIFETIME: '0s' });
    expect(await deviceOf(ada)).toBe('undefined');
    await wrongly(ada, 11);
    expect(await tryAs(ada, { device })).toBe('human_check_required');
  });
});

/** The form of a new user. */
function form(): Body {
  const user = newUser();
  return { ...user, name: user.username, password_confirmation: user.password };
}

describe('a school of three hundred behind one address', () => {
  const school = '198.51.100.200';

  it('signs in within ten minutes, with a limit of a hundred', async () => {
    const outcomes: string[] = [];
    for (let time = 0; time < 300; time += 1) {
      clock.pass(2);
      outcomes.push(await tryAs(ada, {}, school));
    }
    expect(outcomes).toEqual(Array(300).fill('in'));
  });

  it('has ten times its limit of successes, so that a program with a right password does not sign in without end', async () => {
    gateway.use({ LOGIN_RATE_ADDRESS: '2/15m', LOGIN_RATE_ACCOUNT: 'off', HUMAN_CHECK_LOGIN: 'off' });
    const outcomes: string[] = [];
    for (let time = 0; time < 30; time += 1) outcomes.push(await tryAs(ada, {}, '192.0.2.231'));
    expect(outcomes).toEqual([...Array(22).fill('in'), ...Array(8).fill('throttled')]);
  });

  it('registers within ten minutes: twenty at once, the others with a human check', async () => {
    const add = async (more: Body) => (await post(gateway, '/register/', { ...form(), ...more }, {}, school)).status;
    const statuses: number[] = [];
    for (let time = 0; time < 40; time += 1) {
      clock.pass(2);
      const status = await add({});
      statuses.push(status === 400 ? await add(await solved(gateway, school)) : status);
    }
    expect(statuses).toEqual(Array(40).fill(201));
    expect(await add({})).toBe(400);
  });

  it('is not kept out of `/password/reset/` by wrong passwords from its address', async () => {
    for (let time = 0; time < 110; time += 1) await tryAs({ username: `victim${time}`, password: 'guess' }, {}, school);
    const reset = { token: 'x', password: 'quite another one', password_confirmation: 'quite another one' };
    expect((await post(gateway, '/password/reset/', reset, {}, school)).status).toBe(400);
  });
});

describe('registrations over the limit', () => {
  it('need a human check, and are refused at the ceiling', async () => {
    gateway.use({ REGISTER_RATE_ADDRESS: '2/1h', HUMAN_CHECK_CEILING: '2' });
    const add = async (more: Body = {}) => await outcome(await post(gateway, '/register/', { ...form(), ...more }, {}, '198.51.100.9'));
    expect([await add(), await add(), await add(), await add()]).toEqual(['in', 'in', 'human_check_required', 'human_check_required']);
    const outcomes = [await add(await solved(gateway)), await add(await solved(gateway)), await add(await solved(gateway))];
    expect(outcomes).toEqual(['in', 'in', 'throttled']);
    expect((await register(gateway, newUser())).status).toBe(201);
  });
});
