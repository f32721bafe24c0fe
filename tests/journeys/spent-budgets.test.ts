import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unlimitedCodes } from './mail.ts';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, bearer, fiftyAtOnce, newUser, post, type SignedInUser, signedInUser } from './users.ts';

// A budget of 10 has four for users, three for newcomers, one for claimed addresses, two for signed-in users.
const settings = { ...unlimitedCodes, CODE_EMAIL_BUDGET: '10', CODE_SMS_BUDGET: '10' };
const { gateway, mail, tables, clock } = await sharedGateway({ stage: 'local', settings });
afterEach(clock.run);
beforeEach(async () => {
  const rows = await tables.all('short-lived');
  await Promise.all(rows.map(({ key }) => tables.remove('short-lived', { key })));
});

const ask = (to: string, purpose: string, from?: string) =>
  post(gateway, '/codes/', { channel: to.includes('@') ? 'email' : 'sms', to, purpose }, {}, from);
const forgot = (body: Body) => post(gateway, '/password/forgot/', body);
const count = async (to: string) => (await mail.to(to)).length;
const newPassword = 'quite another sentence';
const reset = async (email: string) => {
  const form = { password: newPassword, password_confirmation: newPassword };
  return (await post(gateway, '/password/reset/', { email, code: await mail.last(email), ...form })).status;
};

async function proved(): Promise<SignedInUser> {
  const user = await signedInUser(gateway);
  for (const kind of ['email', 'mobile']) await tables.set('users', { id: user.id }, `${kind}_verified`, true);
  return user;
}

/** Fifty requests of a stranger for addresses that no user has. Each is answered alike. */
async function spendNewcomers(): Promise<number> {
  const people = Array.from({ length: 50 }, newUser);
  const answers = await fiftyAtOnce(async (index) => {
    const response = await ask(people[index]?.email ?? '', 'register');
    return `${response.status} ${await response.text()}`;
  });
  expect(new Set(answers)).toEqual(new Set(['202 {"retry_after":0}']));
  return (await Promise.all(people.map(({ email }) => count(email)))).reduce((sum, each) => sum + each, 0);
}

describe('a stranger who spends the codes of a day', () => {
  it('on invented addresses, fifty at once, is sent the part of newcomers, and owners still reset and sign in', async () => {
    const [ada, bob] = [await proved(), await proved()];
    expect(await spendNewcomers()).toBe(3);
    expect((await forgot({ email: ada.email })).status).toBe(202);
    expect(await reset(ada.email)).toBe(204);
    expect((await forgot({ username: bob.username })).status).toBe(202);
    expect(await reset(bob.email)).toBe(204);
    await ask(ada.email, 'login');
    expect((await post(gateway, '/login/code/', { email: ada.email, code: await mail.last(ada.email) })).status).toBe(200);
  });

  it('on accounts with addresses that nobody proved uses a part of their own, and newcomers and owners use theirs', async () => {
    const [ada, ...hostile] = [await proved(), ...(await Promise.all(Array.from({ length: 4 }, () => signedInUser(gateway))))];
    for (const { email } of hostile) expect((await ask(email, 'login')).status).toBe(202);
    expect((await Promise.all(hostile.map(({ email }) => count(email)))).filter((sent) => sent > 0)).toHaveLength(1);
    await forgot({ email: ada.email });
    expect(await reset(ada.email)).toBe(204);
    expect(await spendNewcomers()).toBe(3);
  });

  it('on invented addresses leaves the part of an owner whose address is only claimed', async () => {
    const ada = await signedInUser(gateway);
    await spendNewcomers();
    await ask(ada.email, 'login');
    expect((await post(gateway, '/login/code/', { email: ada.email, code: await mail.last(ada.email) })).status).toBe(200);
  });

  it('from one network is sent at most twenty, or a twentieth, of any part, and another network is sent what is left', async () => {
    gateway.use({ CODE_EMAIL_BUDGET: '100', CODE_RATE_ADDRESS: 'off' });
    const [one, other] = ['2001:db8:1:1::1', '2001:db8:2:1::1'];
    const people = Array.from({ length: 25 }, newUser);
    const answers = new Set<string>();
    for (const [index, { email }] of people.entries()) {
      const response = await ask(email, 'register', index % 2 ? one : '2001:db8:1:ffff::1');
      answers.add(`${response.status} ${await response.text()}`);
    }
    expect((await Promise.all(people.map(({ email }) => count(email)))).filter((sent) => sent > 0)).toHaveLength(20);
    expect(answers).toEqual(new Set(['202 {"retry_after":0}']));
    const last = newUser();
    expect((await ask(last.email, 'register', other)).status).toBe(202);
    expect(await count(last.email)).toBe(1);
  });

  it('of the signed-in from one network with accounts of their own leaves the part of the others', async () => {
    gateway.use({ CODE_EMAIL_BUDGET: '150', CODE_RATE_ADDRESS: 'off' });
    const [ada, eve] = await Promise.all([proved(), proved()]);
    const change = (user: SignedInUser, email: string, from: string) =>
      post(gateway, `/users/${user.id}/email/`, { email, password: user.password }, bearer(user.access), from);
    const people = Array.from({ length: 31 }, newUser);
    for (const { email } of people) expect((await change(eve, email, '198.51.100.9')).status).toBe(200);
    expect((await Promise.all(people.map(({ email }) => count(email)))).filter((sent) => sent > 0)).toHaveLength(20);
    const { email } = newUser();
    expect((await change(ada, email, '203.0.113.9')).status).toBe(200);
    expect(await count(email)).toBe(1);
  });

  it('on addresses of users leaves the part of signed-in users', async () => {
    const [ada, ...others] = [await signedInUser(gateway), ...(await Promise.all(Array.from({ length: 5 }, proved)))];
    await spendNewcomers();
    for (const { email } of others) expect((await ask(email, 'reset')).status).toBe(202);
    expect((await Promise.all(others.map(({ email }) => count(email)))).filter((sent) => sent > 0)).toHaveLength(4);
    expect((await post(gateway, `/users/${ada.id}/verify/`, { channel: 'email' }, bearer(ada.access))).status).toBe(200);
    const proof = { channel: 'email', code: await mail.last(ada.email) };
    expect(await (await post(gateway, `/users/${ada.id}/verify/`, proof, bearer(ada.access))).json()).toEqual({ verified: true });
  });

  it('by e-mail leaves the codes by SMS, and learns of no address whether a user has it', async () => {
    const ada = await proved();
    await spendNewcomers();
    const numbers = Array.from({ length: 5 }, () => newUser().mobile);
    for (const number of numbers) await ask(number, 'register');
    expect((await Promise.all(numbers.map(count))).filter((sent) => sent > 0)).toHaveLength(3);
    const seen = async (response: Response) => [response.status, await response.text()];
    for (const purpose of ['register', 'login', 'reset'])
      expect(await seen(await ask(newUser().email, purpose)), purpose).toEqual(await seen(await ask(ada.email, purpose)));
  });

  it('does not replace a code that is on its way', async () => {
    const { email } = newUser();
    await ask(email, 'register');
    const code = await mail.last(email);
    await spendNewcomers();
    expect((await ask(email, 'register')).status).toBe(202);
    expect(await count(email)).toBe(1);
    const person = { ...newUser(), email };
    const joined = await post(gateway, '/register/', { ...person, password_confirmation: person.password, code });
    expect([joined.status, ((await joined.json()) as Body)['email_verified']]).toEqual([201, true]);
  });

  it('has spent nothing a day later', async () => {
    clock.stop();
    expect(await spendNewcomers()).toBe(3);
    clock.pass(2 * 86_400);
    expect(await spendNewcomers()).toBe(3);
  });

  it('raises an alarm from four fifths of a part on', async () => {
    const near = () => gateway.logs('codeSend').filter(({ json }) => json?.['event'] === 'code_budget_near').length;
    const before = near();
    const seen: number[] = [];
    for (let time = 0; time < 5; time += 1) {
      await ask(newUser().email, 'register');
      seen.push(near() - before);
    }
    expect(seen, 'a part of three').toEqual([0, 0, 1, 2, 3]);
    await ask(newUser().email, 'login');
    expect(near() - before, 'nothing is sent to nobody').toBe(3);
  });
});

describe('numbers of one block', () => {
  it('that one network uses up are still sent codes for another, and all networks have five times the rate of one', async () => {
    gateway.use({ CODE_RATE_PREFIX: '2/1h', CODE_SMS_BUDGET: '1000' });
    const block = newUser().mobile.slice(0, -4);
    const sent: number[] = [];
    for (const network of [1, 2, 3, 4, 5, 6]) {
      const numbers = [1, 2, 3].map((end) => `${block}${network}00${end}`);
      for (const number of numbers) expect((await ask(number, 'register', `198.51.100.${network}`)).status).toBe(202);
      sent.push((await Promise.all(numbers.map(count))).reduce((sum, each) => sum + each, 0));
    }
    expect(sent).toEqual([2, 2, 2, 2, 2, 0]);
  });

  it('that users have proved are counted apart from invented ones, without telling', async () => {
    gateway.use({ CODE_RATE_PREFIX: '2/1h', CODE_SMS_BUDGET: '1000' });
    const ada = await proved();
    const block = ada.mobile.slice(0, -4);
    const own = ada.mobile.slice(-4);
    const others = ['1001', '1002', '1003', '1004'].filter((end) => end !== own).map((end) => `${block}${end}`);
    const seen = async (response: Response) => `${response.status} ${await response.text()}`;
    const answers = [];
    for (const number of others) answers.push(await seen(await ask(number, 'register', '198.51.100.8')));
    expect((await Promise.all(others.map(count))).reduce((sum, each) => sum + each, 0)).toBe(2);
    answers.push(await seen(await ask(ada.mobile, 'login', '198.51.100.8')));
    expect(await count(ada.mobile)).toBe(1);
    expect(new Set(answers).size).toBe(1);
  });
});

describe('a stranger in another network', () => {
  const [stranger, owner] = ['198.51.100.66', '203.0.113.8'];

  it('who asks for codes to an address or a name as often as allowed gives the owner no 429, nor a minute to wait', async () => {
    gateway.use({ CODE_RATE_TARGET: '2/1h', CODE_EMAIL_BUDGET: '1000', CODE_RESEND_AFTER: '60s' });
    clock.stop();
    const ada = await proved();
    const asks = (from: string) => [
      () => ask(ada.email, 'login', from),
      () => ask(ada.email, 'reset', from),
      () => post(gateway, '/password/forgot/', { username: ada.username }, {}, from),
    ];
    const knock = async (from: string) => {
      const statuses = [];
      for (const each of asks(from)) {
        statuses.push((await each()).status);
        clock.pass(61);
      }
      return statuses;
    };
    expect([await knock(stranger), await knock(stranger), await knock(stranger)]).toEqual([
      [202, 202, 202],
      [202, 202, 202],
      [429, 429, 429],
    ]);
    expect(await knock(owner)).toEqual([202, 202, 202]);
    await ask(ada.email, 'register', stranger);
    expect([(await ask(ada.email, 'register', stranger)).status, (await ask(ada.email, 'register', owner)).status]).toEqual([429, 202]);
  });

  it('who goes on asking for one that is refused uses up the limit of the own address', async () => {
    gateway.use({ CODE_RATE_TARGET: '1/1h', CODE_RATE_ADDRESS: '3/1h' });
    const { email } = newUser();
    for (let time = 0; time < 3; time += 1) await ask(email, 'login', stranger);
    expect((await ask(newUser().email, 'login', stranger)).status, 'three were counted').toBe(429);
    expect((await ask(newUser().email, 'login', owner)).status).toBe(202);
  });
});

describe('the codes of one address', () => {
  it('of a purpose that a stranger uses up leave the other purposes, and each of them reached the owner', async () => {
    gateway.use({ CODE_RATE_TARGET: '2/1h', CODE_EMAIL_BUDGET: '1000' });
    const ada = await proved();
    for (let time = 0; time < 3; time += 1) await ask(ada.email, 'register');
    expect(await mail.templatesTo(ada.email)).toEqual(['account-exists', 'account-exists']);
    expect((await forgot({ username: ada.username })).status).toBe(202);
    expect(await reset(ada.email)).toBe(204);
  });

  it('are at most as many by username and address together, silently', async () => {
    gateway.use({ CODE_RATE_TARGET: '4/1h', CODE_EMAIL_BUDGET: '1000' });
    const ada = await proved();
    const statuses = [];
    for (const body of [{ username: ada.username }, { username: ada.username }, { email: ada.email }, { email: ada.email }])
      statuses.push((await forgot(body)).status);
    expect([statuses, await count(ada.email)]).toEqual([[202, 202, 202, 202], 2]);
    expect(await reset(ada.email), 'the last code is still good').toBe(204);
  });

  it('that strangers use up leave the half for known devices of the account, named by the field or the cookie', async () => {
    gateway.use({ CODE_RATE_TARGET: '4/1h', CODE_EMAIL_BUDGET: '1000' });
    const [ada, eve] = [await proved(), await proved()];
    const deviceOf = async ({ username, password }: SignedInUser) => {
      const answer = (await (await post(gateway, '/login/', { username, password, device: '' })).json()) as { data: { device: string } };
      return answer.data.device;
    };
    const [hers, eves] = [await deviceOf(ada), await deviceOf(eve)];
    const login = { channel: 'email', to: ada.email, purpose: 'login' };
    const seen = new Set<string>();
    const sentAfter = async (path: string, body: Body, headers = {}) => {
      const before = await count(ada.email);
      for (let time = 0; time < 3; time += 1) {
        const response = await post(gateway, path, body, headers);
        seen.add(`${response.status} ${await response.text()}`);
      }
      return (await count(ada.email)) - before;
    };
    expect(await sentAfter('/codes/', { ...login, purpose: 'register' })).toBe(3);
    expect(await sentAfter('/codes/', { ...login, purpose: 'register', device: hers }), 'a device changes nothing here').toBe(1);
    expect(await sentAfter('/codes/', { ...login, device: eves }), 'a device of another account is a stranger').toBe(2);
    expect(await sentAfter('/codes/', login)).toBe(0);
    expect(await sentAfter('/codes/', { ...login, device: hers })).toBe(2);
    expect(await sentAfter('/password/forgot/', { username: ada.username })).toBe(2);
    expect(await sentAfter('/password/forgot/', { email: ada.email }, { cookie: `__Host-device=${hers}` })).toBe(2);
    expect(await sentAfter('/codes/', { ...login, to: newUser().email, device: hers })).toBe(0);
    expect(seen).toEqual(new Set(['202 {"retry_after":0}']));
    expect(await reset(ada.email)).toBe(204);
  });
});
