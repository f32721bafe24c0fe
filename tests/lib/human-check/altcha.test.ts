import { createHash } from 'node:crypto';
import { solveChallenge } from 'altcha-lib/v1';
import { describe, expect, test } from 'vitest';
import { type Challenge, newChallenge, readSolution } from '#lib/human-check/altcha.ts';
import { challengeKey } from '#lib/human-check/human-keys.ts';
import { madeSecret, oneSecret } from '../made-secrets.ts';

const key = challengeKey(oneSecret[0]);
const now = new Date('2026-05-01T12:00:00.000Z');
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const packed = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');

/** A challenge and its solution, by the algorithm of ALTCHA's own client. */
async function solved(maxnumber = 500, signedWith = key) {
  const challenge: Challenge = await newChallenge(signedWith, maxnumber, later(600));
  const { salt, algorithm } = challenge;
  const found = await solveChallenge(challenge.challenge, salt, algorithm, maxnumber).promise;
  const { maxnumber: _, ...rest } = challenge;
  return { challenge, solution: { ...rest, number: found?.number ?? -1, took: 12.3 } };
}

describe('a challenge', () => {
  test('is one of ALTCHA’s: its client solves it, within the number it names', async () => {
    const { challenge, solution } = await solved();
    expect(challenge).toEqual({
      algorithm: 'SHA-256',
      challenge: expect.stringMatching(/^[0-9a-f]{64}$/),
      maxnumber: 500,
      salt: expect.stringMatching(/^[0-9a-f]{24}\?expires=1777637400&$/),
      signature: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(solution.number).toBeGreaterThanOrEqual(1);
    expect(solution.number).toBeLessThanOrEqual(500);
    expect(await readSolution(packed(solution), [key], now)).toEqual({ signature: challenge.signature, expiresAt: 1_777_637_400 });
  });

  test('is different every time', async () => {
    const [one, other] = await Promise.all([newChallenge(key, 500, later(600)), newChallenge(key, 500, later(600))]);
    expect(one.salt).not.toBe(other.salt);
    expect(one.challenge).not.toBe(other.challenge);
  });

  test('can be solved until it expires', async () => {
    const { solution } = await solved();
    expect(await readSolution(packed(solution), [key], later(599.9))).not.toHaveProperty('refused');
    expect(await readSolution(packed(solution), [key], later(600))).toEqual({ refused: 'the challenge has expired' });
  });

  test('of another stage is refused', async () => {
    const { solution } = await solved(500, challengeKey(madeSecret(8)));
    expect(await readSolution(packed(solution), [key], now)).toEqual({ refused: 'not solved, or not ours' });
  });
});

describe('a solution is refused', () => {
  const refusedAs = async (change: (solution: Record<string, unknown> & { number: number; salt: string }) => unknown) =>
    await readSolution(packed(change((await solved()).solution)), [key], now);
  const notOurs = { refused: 'not solved, or not ours' };
  const unreadable = { refused: 'no solution of a challenge' };

  test('with another number, hash, signature or salt', async () => {
    expect(await refusedAs((it) => ({ ...it, number: it.number + 1 }))).toEqual(notOurs);
    expect(await refusedAs((it) => ({ ...it, challenge: 'a'.repeat(64) }))).toEqual(notOurs);
    expect(await refusedAs((it) => ({ ...it, signature: 'a'.repeat(64) }))).toEqual(notOurs);
    expect(await refusedAs((it) => ({ ...it, salt: `${'a'.repeat(24)}${it.salt.slice(24)}` }))).toEqual(notOurs);
    expect(await refusedAs((it) => ({ ...it, salt: it.salt.replace('1777637400', '1877637400') }))).toEqual(notOurs);
  });

  test('if the challenge was made to fit the number', async () => {
    const forged = (salt: string, number: number) => createHash('sha256').update(`${salt}${number}`).digest('hex');
    expect(await refusedAs((it) => ({ ...it, number: 1, challenge: forged(it.salt, 1) }))).toEqual(notOurs);
  });

  test('if salt and number are split elsewhere, so that the hash is the same and nothing expires', async () => {
    const respelt = [
      (it: { salt: string; number: number }) => ({ ...it, salt: it.salt.slice(0, -1) }),
      (it: { salt: string; number: number }) => ({ ...it, salt: `${it.salt}${it.number}`, number: '' }),
      (it: { salt: string; number: number }) => ({ ...it, salt: it.salt.slice(0, 24), number: `?expires=1777637400&${it.number}` }),
      (it: { salt: string; number: number }) => ({ ...it, number: String(it.number) }),
      (it: { salt: string; number: number }) => ({ ...it, salt: it.salt.toUpperCase() }),
    ];
    for (const respell of respelt) expect(await refusedAs(respell)).toEqual(unreadable);
  });

  test('with another algorithm, a fraction, a negative number, too large a number, or none', async () => {
    for (const number of [1.5, -1, 1e300, null, undefined, [1], true])
      expect(await refusedAs((it) => ({ ...it, number }))).toEqual(unreadable);
    for (const algorithm of ['SHA-1', 'SHA-512', 'sha-256', 'none', undefined, 1]) {
      expect(await refusedAs((it) => ({ ...it, algorithm }))).toEqual(unreadable);
    }
  });

  test('if it is not base64 of JSON, or of something else', async () => {
    const { solution } = await solved();
    const texts = ['', 'x', '====', '{}', JSON.stringify(solution), `${packed(solution)}\n`, packed(solution).replace('e', '*')];
    const values = [null, [], 'text', 1, {}, { __proto__: solution }, [solution], { payload: solution }];
    for (const text of [...texts, ...values.map(packed), packed('['.repeat(30_000)), 'A'.repeat(60_000)]) {
      expect(await readSolution(text, [key], now), text.slice(0, 40)).toEqual(unreadable);
    }
  });
});

test('the key of challenges differs from the secret and from the keys of other purposes', () => {
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect(key).not.toContain(Buffer.from(oneSecret[0].bytes).toString('hex'));
});
