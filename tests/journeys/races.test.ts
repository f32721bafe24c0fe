import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Call } from '#local/gateway/call-log.ts';
import type { SeededUser, TokenPair } from './seeds.ts';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, bearer, claimsOf, post } from './users.ts';

const rounds = 100;
/** How many rounds run at once, each with its own user. */
const atOnce = 10;

const { gateway, tables, seeds } = await sharedGateway();

/** Plays a hundred rounds and returns their outcomes, each once. A round checks what is true whichever request wins. */
async function play(round: (user: SeededUser, index: number) => Promise<string>): Promise<string[]> {
  const endings = new Set<string>();
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < rounds; index = next++) endings.add(await round(await seeds.signedInUser(), index));
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return [...endings].sort();
}

/** Runs both at once or a few milliseconds apart; in two rounds of ten one after the other, so that each wins some. */
async function race<A, B>(index: number, one: () => Promise<A>, other: () => Promise<B>): Promise<[A, B]> {
  if (index % 10 === 0) return [await one(), await other()];
  if (index % 10 === 1) {
    const second = await other();
    return [await one(), second];
  }
  const lead = (index % 7) * 3;
  const [first, second] = index % 2 ? [0, lead] : [lead, 0];
  return await Promise.all([pause(first).then(one), pause(second).then(other)]);
}

const refresh = (token: string, from = '192.0.2.10') => post(gateway, '/token/refresh/', { refresh: token }, {}, from);
const logOut = (access: string, scope: string) => post(gateway, '/logout/', { scope }, bearer(access));
const pairIn = async (response: Response) => (await response.json()) as TokenPair;
const sessionOf = (token: string): Promise<Body | undefined> => {
  const { user_id, sid } = claimsOf(token);
  return tables.get('sessions', { user_id, sid });
};
/** Matches the updates of one session. */
const rotationOf = (token: string) => {
  const { sid } = claimsOf(token);
  return ({ operation, input }: Call) => operation === 'UpdateItem' && (input['Key'] as { sid?: { S?: string } }).sid?.S === sid;
};

const verify = (token: string) => post(gateway, '/token/verify/', { token });

/** Expects that all these tokens are refused. */
async function expectRefused(pairs: readonly TokenPair[]): Promise<void> {
  const answers = await Promise.all(pairs.flatMap(({ access, refresh: token }) => [verify(access), refresh(token)]));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
}

/** Expects that these pairs work and have the same refresh token: that of the session's row, of this generation. */
async function expectOneGeneration(pairs: readonly TokenPair[], generation: number): Promise<void> {
  const row = await sessionOf(pairs[0]?.refresh ?? '');
  expect(row?.['generation']).toBe(generation);
  for (const { refresh: token } of pairs) expect(claimsOf(token)).toMatchObject({ jti: row?.['jti'], generation });
  expect((await verify(pairs.at(-1)?.access ?? '')).status).toBe(200);
}

/** How many session thefts were reported for these users. */
async function theftsOf(ids: readonly string[]): Promise<number> {
  return (await tables.all('outbox')).filter(({ user_id, type }) => ids.includes(String(user_id)) && type === 'session_theft_detected')
    .length;
}

describe('in each of a hundred rounds', () => {
  it('a client that lost the answer of a refresh can repeat it, and the session has one generation', async () => {
    const ids: string[] = [];
    const endings = await play(async (user, index) => {
      ids.push(user.id);
      const isCrash = index % 20 === 0;
      if (isCrash) gateway.gate.fault('tokenRefresh', rotationOf(user.refresh), 'crash-after');
      const lost = await refresh(user.refresh);
      const again = await pairIn(await refresh(user.refresh));
      await expectOneGeneration([again, ...(lost.ok ? [await pairIn(lost)] : [])], 1);
      return `${lost.status}`;
    });
    expect(endings).toEqual(['200', '500']);
    expect(await theftsOf(ids)).toBe(0);
  });

  it('a function that lost the table’s answer to a refresh recognises its own write, even with no grace window', async () => {
    gateway.use({ REFRESH_GRACE: '0s' });
    await play(async (user) => {
      const fault = gateway.gate.fault('tokenRefresh', rotationOf(user.refresh), 'drop-after');
      const pair = await pairIn(await refresh(user.refresh));
      expect(fault.struck).toBe(1);
      await expectOneGeneration([pair], 1);
      return 'ours';
    });
  });

  it('parallel tabs all get the same next generation, and again the next time', async () => {
    const ids: string[] = [];
    await play(async (user, index) => {
      ids.push(user.id);
      const inTabs = async (token: string) => {
        const tabs = [0, 1, 2].map((tab) => pause(tab * (index % 5)).then(() => refresh(token)));
        return await Promise.all((await Promise.all(tabs)).map(pairIn));
      };
      const pairs = await inTabs(user.refresh);
      await expectOneGeneration(pairs, 1);
      await expectOneGeneration(await inTabs(pairs[index % 3]?.refresh ?? ''), 2);
      return 'all';
    });
    expect(await theftsOf(ids)).toBe(0);
  });

  it('of a thief and the owner one refreshes, and the refresh of the other ends the session for both', async () => {
    const ids: string[] = [];
    const endings = await play(async (user, index) => {
      ids.push(user.id);
      const current = await pairIn(await refresh(user.refresh));
      const [thief, owner] = await race(
        index,
        () => refresh(user.refresh, '203.0.113.66'),
        () => refresh(current.refresh),
      );
      expect([thief.status, owner.status].toSorted()).toEqual([200, 401]);
      await expectRefused([user, current, await pairIn(thief.ok ? thief : owner)]);
      return `owner ${owner.status}`;
    });
    expect(endings).toEqual(['owner 200', 'owner 401']);
    expect(await theftsOf(ids)).toBe(rounds);
  });

  it.each(['local', 'global'])('no token works after the 200 of a logout (%s) that races with a refresh', async (scope) => {
    const ids: string[] = [];
    const endings = await play(async (user, index) => {
      ids.push(user.id);
      const [left, refreshed] = await race(
        index,
        () => logOut(user.access, scope),
        () => refresh(user.refresh),
      );
      expect(left.status).toBe(200);
      expect([200, 401]).toContain(refreshed.status);
      await expectRefused([user, ...(refreshed.ok ? [await pairIn(refreshed)] : [])]);
      return `refresh ${refreshed.status}`;
    });
    expect(endings).toEqual(['refresh 200', 'refresh 401']);
    expect(await theftsOf(ids)).toBe(0);
  });

  it('a session that is ended from another one while it refreshes is over, and the other one goes on', async () => {
    const ids: string[] = [];
    const endings = await play(async (user, index) => {
      ids.push(user.id);
      const elsewhere = await user.again();
      const { sid } = claimsOf(user.access);
      const headers = bearer(elsewhere.access);
      const [ended, refreshed] = await race(
        index,
        () => gateway.fetch(`/users/${user.id}/sessions/${sid}/`, { method: 'DELETE', headers }),
        () => refresh(user.refresh),
      );
      expect(ended.status).toBe(204);
      expect([200, 401]).toContain(refreshed.status);
      await expectRefused([user, ...(refreshed.ok ? [await pairIn(refreshed)] : [])]);
      await expectOneGeneration([elsewhere], 0);
      return `refresh ${refreshed.status}`;
    });
    expect(endings).toEqual(['refresh 200', 'refresh 401']);
    expect(await theftsOf(ids)).toBe(0);
  });

  it('no token works after the epoch was raised during a refresh', async () => {
    const ids: string[] = [];
    const endings = await play(async (user, index) => {
      ids.push(user.id);
      const [, refreshed] = await race(
        index,
        () => tables.set('users', { id: user.id }, 'token_epoch', 1),
        () => refresh(user.refresh),
      );
      expect([200, 401]).toContain(refreshed.status);
      await expectRefused([user, ...(refreshed.ok ? [await pairIn(refreshed)] : [])]);
      return `refresh ${refreshed.status}`;
    });
    expect(endings).toEqual(['refresh 200', 'refresh 401']);
    expect(await theftsOf(ids)).toBe(0);
  });
});
