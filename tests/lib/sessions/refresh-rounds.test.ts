import { describe, expect, test } from 'vitest';
import { endingsOf } from '../../stores/memory-tables.ts';
import { rules } from '../tokens/made-token.ts';
import { claimsOf, madeSignIn } from './made-sign-in.ts';

/** Numbers from 0 to `below` that are the same in every run. */
function dice(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const rounds = Array.from({ length: 100 }, (_, round) => round);
const thief = { device: 'curl/8', address: '203.0.113.9' };
const dead = 'token_not_valid token_blacklisted';

/** A client that keeps the last refresh token it was given, some minutes of use behind it. */
async function usedSession(round: number, more: object = {}) {
  const roll = dice(round + 1);
  const signIn = await madeSignIn({ more });
  let token = signIn.first.refresh;
  const use = async (from?: object) => {
    ({ refresh: token } = await signIn.refresh(token, undefined, from));
  };
  for (let before = roll(4); before > 0; before -= 1) {
    signIn.pass(roll(900));
    await use();
  }
  return { ...signIn, roll, use, token: () => token };
}

describe('in a hundred rounds of chance', () => {
  test('an answer that is lost once or more, repeated at any time, signs the user out of nothing', async () => {
    for (const round of rounds) {
      const { roll, pass, refresh, use, token, tables, holds } = await usedSession(round);
      for (let lost = roll(3) + 1; lost > 0; lost -= 1) {
        await refresh(token(), undefined, roll(3) === 0 ? { address: `198.51.100.${roll(256)}` } : {}); // the client never sees it
        pass([1, 29, 31, 600, 900][roll(5)] ?? 0);
      }
      await use();
      await use();
      expect([await holds(token()), endingsOf(tables).length], `round ${round}`).toEqual([true, 0]);
    }
  });

  test('parallel tabs of one browser stay signed in, whichever answer they keep', async () => {
    for (const round of rounds) {
      const { roll, pass, refresh, token, tables } = await usedSession(round);
      let shared = token();
      for (let turn = 0; turn < 5; turn += 1) {
        const answers = await Promise.all(Array.from({ length: 2 + roll(4) }, () => refresh(shared)));
        shared = answers[roll(answers.length)]?.refresh ?? shared;
        pass(roll(900));
      }
      expect(endingsOf(tables).length, `round ${round}`).toBe(0);
    }
  });

  test('five devices of one user do not disturb each other', async () => {
    for (const round of rounds) {
      const { roll, pass, refresh, elsewhere, tables } = await usedSession(round);
      const tokens = (await Promise.all([0, 1, 2, 3, 4].map(elsewhere))).map((pair) => pair.refresh);
      for (let turn = 0; turn < 12; turn += 1) {
        const device = roll(5);
        const old = tokens[device] ?? '';
        const pair = await refresh(old, undefined, { device: `device ${device}` });
        if (roll(4) > 0) tokens[device] = pair.refresh; // one answer in four is lost
        pass(roll(200));
      }
      expect(endingsOf(tables).length, `round ${round}`).toBe(0);
    }
  });

  test('a thief who waits until the owner has refreshed is found out at the next refresh of the owner', async () => {
    for (const round of rounds) {
      const { roll, pass, refresh, refusalOf, use, token, tables, holds } = await usedSession(round);
      const stolen = token();
      await use();
      pass([0, 5, 60, 900][roll(4)] ?? 0);
      const taken = await refresh(stolen, undefined, thief);
      expect(await holds(taken.access)).toBe(true);
      pass([0, 60, 900][roll(3)] ?? 0);
      expect(await refusalOf(token()), `round ${round}`).toBe(dead);
      expect([await holds(taken.access), await refusalOf(taken.refresh, undefined, thief)]).toEqual([false, dead]);
      expect(endingsOf(tables)).toMatchObject([{ type: 'session_theft_detected' }]);
    }
  });

  test('a thief who refreshes at once is found out at the thief’s next refresh, after the owner’s', async () => {
    for (const round of rounds) {
      const { roll, pass, refresh, refusalOf, use, token, tables, holds } = await usedSession(round);
      let stolen = (await refresh(token(), undefined, thief)).refresh;
      const isGreedy = roll(2) === 0;
      if (isGreedy) stolen = (await refresh(stolen, undefined, thief)).refresh;
      pass([0, 60, 900][roll(3)] ?? 0);
      if (isGreedy) expect(await refusalOf(token())).toBe(dead);
      else {
        await use();
        expect(await holds(token())).toBe(true);
        expect(await refusalOf(stolen, undefined, thief), `round ${round}`).toBe(dead);
      }
      expect(endingsOf(tables)).toMatchObject([{ type: 'session_theft_detected' }]);
      expect(await refusalOf(token())).toBe(dead);
    }
  });

  test('clocks of functions that differ by a minute, within LEEWAY, sign the user out of nothing', async () => {
    for (const round of rounds) {
      const { roll, pass, refresh, use, token, tables, session } = await usedSession(round, { rules: { ...rules, leewaySeconds: 60 } });
      let ahead = 0;
      for (let turn = 0; turn < 8; turn += 1) {
        const next = roll(60) - 30;
        pass(roll(200) + next - ahead);
        ahead = next;
        if (roll(3) === 0)
          await refresh(token()); // lost
        else await use();
      }
      expect(endingsOf(tables).length, `round ${round}`).toBe(0);
      expect(claimsOf(token())['generation']).toBeLessThanOrEqual(session()?.generation ?? -1);
    }
  });
});
