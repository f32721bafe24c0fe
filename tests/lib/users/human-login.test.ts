import bcrypt from 'bcryptjs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { newChallenge } from '#lib/human-check/altcha.ts';
import { humanCheck } from '#lib/human-check/human-check.ts';
import { challengeKey } from '#lib/human-check/human-keys.ts';
import type { HumanProof } from '#lib/human-check/human-proof.ts';
import type { HumanRule } from '#lib/human-check/human-rules.ts';
import { randomId } from '#lib/ids.ts';
import { parseRate, type Rate } from '#lib/rate.ts';
import { login } from '#lib/sign-in/login.ts';
import { loginHooks } from '#lib/sign-in/login-hooks.ts';
import { memoryProofStore } from '../../stores/proof-store.memory.ts';
import { solve } from '../human-check/made-checks.ts';
import { quietly } from '../logged.ts';
import { oneSecret, readOneSecret } from '../made-secrets.ts';
import { madePasswords } from '../passwords/made-passwords.ts';
import { client, madeService } from './made-service.ts';

const rate = (text: string) => parseRate(text) as Rate;

/** A service whose door asks for a check as the rule says, at three of ten tries. */
function made(rule: HumanRule, proofs = memoryProofStore()) {
  const service = madeService();
  const { users, throttle, recordFailure, now } = service;
  const challengeLimits = { address: rate('off'), global: rate('off') };
  const places = { captcha: '/captcha/{uuid}', challenge: '/challenge/' };
  const needs = {
    users,
    throttle,
    recordFailure,
    limits: { account: rate('10/15m'), address: rate('100/15m'), global: rate('1000/1m') },
    checkHuman: humanCheck({ rule, percent: 30, places, challengeLimits, proofs, throttle, lookupSecret: readOneSecret, now }),
    open: async () => 'tokens',
    region: 'CN',
    passwords: madePasswords(),
    isLastLoginKept: false,
    hooks: loginHooks({ CHECK_USER_IS_ACTIVE: true }, {}),
    now,
  };
  const logIn = async (identifier: string, password: string, human?: HumanProof, address = randomId()) =>
    await quietly(() =>
      login(
        needs,
        { identifier, password, isRemembered: false, human },
        { client: { ...client, address, requestId: randomId() }, language: 'en' },
      ).then(
        () => 'in',
        (error: { code?: string }) => error.code ?? 'fault',
      ),
    );
  const proof = async (): Promise<HumanProof> => {
    const expiresAt = new Date(now().getTime() + 600_000);
    return { altcha: await solve(await newChallenge(challengeKey(oneSecret[0]), 100, expiresAt)) };
  };
  const times = async (count: number, attempt: () => Promise<string>) => {
    const outcomes = [];
    for (let time = 0; time < count; time += 1) outcomes.push(await attempt());
    return outcomes;
  };
  return { ...service, logIn, proof, times };
}
afterEach(() => {
  vi.restoreAllMocks();
});

describe('a login that asks for a human check', () => {
  test('asks before it compares a password, for known and unknown identifiers alike', async () => {
    const { addUser, logIn } = made('always');
    const { username } = await addUser('hunter2!');
    const hash = vi.spyOn(bcrypt, 'hash');
    expect([await logIn(username, 'hunter2!'), await logIn(username, 'wrong'), await logIn('nobody', 'wrong')]).toEqual(
      Array.from({ length: 3 }, () => 'human_check_required'),
    );
    expect([await logIn(username, 'hunter2!', { altcha: 'x' }), await logIn('nobody', 'x', { altcha: 'x' })]).toEqual(
      Array.from({ length: 2 }, () => 'human_check_failed'),
    );
    expect(hash).not.toHaveBeenCalled();
  });

  test('signs in only a caller who passes the check and knows the password', async () => {
    const { addUser, logIn, proof } = made('always');
    const { username } = await addUser('hunter2!');
    expect([await logIn(username, 'wrong', await proof()), await logIn('nobody', 'wrong', await proof())]).toEqual(
      Array.from({ length: 2 }, () => 'no_active_account'),
    );
    expect(await logIn(username, 'hunter2!', await proof())).toBe('in');
  });

  test('compares one password if fifty requests send the same proof', async () => {
    const { addUser, logIn, proof } = made('always');
    const { username } = await addUser('hunter2!');
    const [hash, human] = [vi.spyOn(bcrypt, 'hash'), await proof()];
    await Promise.all(Array.from({ length: 50 }, () => logIn(username, 'wrong', human)));
    expect(hash).toHaveBeenCalledTimes(1);
  });
});

describe('a login that asks for a check when its limits are pressed', () => {
  test('asks after three failures for an identifier, from any address, whether the account exists or not', async () => {
    const { addUser, logIn, times } = made('when-pressed');
    const { username } = await addUser('hunter2!');
    for (const name of [username, 'nobody']) {
      expect(await times(3, () => logIn(name, 'wrong'))).toEqual(Array.from({ length: 3 }, () => 'no_active_account'));
      expect(await logIn(name, 'wrong')).toBe('human_check_required');
    }
  });

  test('does not ask for other accounts, nor after the window has ended; that the owner has signed in does not show', async () => {
    const { addUser, logIn, proof, times, pass } = made('when-pressed');
    const [{ username }, other] = [await addUser('hunter2!'), await addUser('hunter2!')];
    await times(3, () => logIn(username, 'wrong'));
    expect([await logIn(other.username, 'hunter2!'), await logIn(username, 'hunter2!')]).toEqual(['in', 'human_check_required']);
    expect([await logIn(username, 'hunter2!', await proof()), await logIn(username, 'hunter2!')]).toEqual(['in', 'human_check_required']);
    pass(30 * 60);
    expect(await logIn(username, 'hunter2!')).toBe('in');
  });

  test('asks after thirty tries from an address, for any account', async () => {
    const { addUser, logIn, times } = made('when-pressed');
    const { username } = await addUser('hunter2!');
    await times(30, () => logIn(randomId(), 'wrong', undefined, '192.0.2.7'));
    expect(await logIn(username, 'hunter2!', undefined, '192.0.2.7')).toBe('human_check_required');
    expect(await logIn(username, 'hunter2!')).toBe('in');
  });

  test('does not count tries without a passed check against the account', async () => {
    const { addUser, logIn, proof, times } = made('when-pressed');
    const { username } = await addUser('hunter2!');
    await times(3, () => logIn(username, 'wrong'));
    await times(40, () => logIn(username, 'wrong'));
    await times(40, () => logIn(username, 'wrong', { altcha: 'x' }));
    expect(await logIn(username, 'hunter2!', await proof())).toBe('in');
  });

  test('counts a wrong password after a passed check', async () => {
    const { addUser, logIn, proof, times } = made('when-pressed');
    const { username } = await addUser('hunter2!');
    await times(3, () => logIn(username, 'wrong'));
    await times(7, async () => await logIn(username, 'wrong', await proof()));
    expect(await logIn(username, 'hunter2!', await proof())).toBe('throttled');
  });
});

test('a check that cannot be verified because of a fault signs no one in and counts no try', async () => {
  const broken = async () => {
    throw new Error('out of order');
  };
  const { addUser, logIn, proof, times, tables } = made('always', { ...memoryProofStore(), spendSolution: broken });
  const { username } = await addUser('hunter2!');
  const human = await proof();
  expect(await times(12, () => logIn(username, 'hunter2!', human))).toEqual(Array.from({ length: 12 }, () => 'fault'));
  expect([...tables.counters.values()].filter((count) => count > 0)).toEqual([]);
});
