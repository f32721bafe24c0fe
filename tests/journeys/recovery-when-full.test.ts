import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unlimitedCodes, wrongCode } from './mail.ts';
import { sharedGateway } from './shared-gateway.ts';
import { solved } from './solving.ts';
import { type Body, post, type SignedInUser, signedInUser } from './users.ts';

const settings = { ...unlimitedCodes, CHALLENGE_MAXNUMBER: '1000' };
const { gateway, mail, clock } = await sharedGateway({ stage: 'local', settings });
const start = Math.ceil(Date.now() / 86_400_000) * 86_400_000;
let ada: SignedInUser;
let hours = 0;
beforeEach(async () => {
  gateway.use();
  hours += 1;
  clock.stop(start + hours * 3_600_000); // the start of a window of every limit, in which no other test has tried
  ada = await signedInUser(gateway);
});
afterEach(clock.run);

const outcome = async (response: Response) => (response.status < 300 ? 'done' : ((await response.json()) as { code: string }).code);
const chosen = { password: 'quite another sentence', password_confirmation: 'quite another sentence' };
const doors = [
  [
    'a new password with a code',
    'reset',
    (body: Body, from?: string) => post(gateway, '/password/reset/', { ...chosen, ...body }, {}, from),
  ],
  ['a sign-in with a code', 'login', (body: Body, from?: string) => post(gateway, '/login/code/', body, {}, from)],
] as const;
const ownCode = async (purpose: string) => {
  expect((await post(gateway, '/codes/', { channel: 'email', to: ada.email, purpose })).status).toBe(202);
  return { email: ada.email, code: await mail.last(ada.email) };
};

describe.for(doors)('%s, once strangers have used up the tries of everybody', ([, purpose, send]) => {
  const fill = async (most: number) => {
    gateway.use({ LOGIN_RATE_GLOBAL: `${most}/10m`, HUMAN_CHECK_CEILING: '3' });
    for (let time = 0; time < most; time += 1) await send({ email: 'no.one@example.org', code: '123456' }, `192.0.2.${time}`);
  };

  it('asks for a human check instead of refusing, and the right code passes with one', async () => {
    const own = await ownCode(purpose);
    await fill(4);
    const refused = await send(own);
    expect([refused.status, await refused.json()]).toMatchObject([400, { code: 'human_check_required', challenge: '/challenge/' }]);
    expect(await outcome(await send({ ...own, altcha: 'x' }))).toBe('human_check_failed');
    expect(await outcome(await send({ ...own, ...(await solved(gateway)) }))).toBe('done');
  });

  it('spends no try of a code on requests without a check', async () => {
    const own = await ownCode(purpose);
    await fill(4);
    for (let time = 0; time < 6; time += 1)
      expect(await outcome(await send({ ...own, code: wrongCode(own.code) }))).toBe('human_check_required');
    expect(await outcome(await send({ ...own, ...(await solved(gateway)) }))).toBe('done');
  });

  it('is refused at the ceiling, however many checks are passed', async () => {
    await fill(2);
    const outcomes: string[] = [];
    for (let time = 0; time < 5; time += 1)
      outcomes.push((await send({ email: 'no.one@example.org', code: '123456', ...(await solved(gateway)) })).status.toString());
    expect(outcomes.map((status) => status === '429')).toEqual([false, false, false, false, true]);
  });

  it('is refused at the limit if the stage has no human checks', async () => {
    const own = await ownCode(purpose);
    await fill(4);
    gateway.use({ LOGIN_RATE_GLOBAL: '4/10m', HUMAN_CHECK_LOGIN: 'off' });
    expect(await outcome(await send({ ...own, ...(await solved(gateway)) }))).toBe('throttled');
  });
});

describe('a link, which nobody can guess', () => {
  it('goes on to work once the tries of everybody are used up', async () => {
    gateway.use({ PASSWORD_RESET_URL: 'http://localhost:3000/reset#{token}' });
    await post(gateway, '/password/forgot/', { email: ada.email });
    const token = await mail.last(ada.email);
    gateway.use({ LOGIN_RATE_GLOBAL: '3/10m', HUMAN_CHECK_LOGIN: 'off' });
    const [, , send] = doors[0];
    for (let time = 0; time < 3; time += 1) await send({ email: 'no.one@example.org', code: '123456' }, `192.0.2.${time}`);
    expect(await outcome(await send({ email: ada.email, code: '123456' }))).toBe('throttled');
    expect((await post(gateway, '/users/undo/', { token: 'no link' })).status).toBe(400);
    expect(await outcome(await send({ token }))).toBe('done');
  });

  it('has a limit for each address, apart from codes', async () => {
    gateway.use({ LOGIN_RATE_ADDRESS: '2/15m', HUMAN_CHECK_LOGIN: 'off' });
    const statuses = async (path: string, body: Body) => {
      const all: number[] = [];
      for (let time = 0; time < 3; time += 1) all.push((await post(gateway, path, body, {}, '192.0.2.77')).status);
      return all;
    };
    expect(await statuses('/password/reset/', { ...chosen, email: ada.email, code: '123456' })).toEqual([400, 400, 429]);
    expect(await statuses('/password/reset/', { ...chosen, token: 'no link' })).toEqual([400, 400, 429]);
    expect(await statuses('/users/undo/', { token: 'no link' })).toEqual([400, 400, 429]);
  });
});
