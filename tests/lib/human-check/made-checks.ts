import { solveChallenge } from 'altcha-lib/v1';
import type { Challenge } from '#lib/human-check/altcha.ts';
import { newAnswer } from '#lib/human-check/captcha-answer.ts';
import { type HumanCheck, humanCheck } from '#lib/human-check/human-check.ts';
import type { HumanRule } from '#lib/human-check/human-rules.ts';
import { makeCaptcha } from '#lib/human-check/make-captcha.ts';
import { offerChallenge } from '#lib/human-check/offer-challenge.ts';
import { randomId } from '#lib/ids.ts';
import type { ReadLookupSecrets } from '#lib/lookup-secrets.ts';
import { parseRate, type Rate } from '#lib/rate.ts';
import { throttle } from '#lib/throttle/throttle.ts';
import { memoryCounterStore } from '../../stores/counter-store.memory.ts';
import { memoryTables } from '../../stores/memory-tables.ts';
import { memoryProofStore } from '../../stores/proof-store.memory.ts';
import { chance } from './made-chance.ts';

const rate = (text: string) => parseRate(text) as Rate;

/** What ALTCHA's widget sends for a challenge, by its own algorithm. */
export async function solve({ challenge, salt, algorithm, maxnumber, signature }: Challenge): Promise<string> {
  const found = await solveChallenge(challenge, salt, algorithm, maxnumber).promise;
  return Buffer.from(JSON.stringify({ algorithm, challenge, number: found?.number, salt, signature, took: 7 })).toString('base64');
}

/** Pictures, challenges and a check, in memory, with a clock that a test can turn and repeatable randomness. */
export function madeChecks({
  rule = 'always' as HumanRule,
  proofs = memoryProofStore(),
  secret = 'a secret of thirty-two characters',
  lookupSecret = (async () => [{ bytes: Buffer.from(secret), from: 0 }]) as ReadLookupSecrets,
} = {}) {
  const clock = { at: new Date('2026-05-01T12:00:00.000Z') };
  const tables = memoryTables();
  const now = () => clock.at;
  const counting = throttle({ counters: memoryCounterStore(tables), lookupSecret, now });
  const shared = { proofs, throttle: counting, lookupSecret, now };
  const challengeLimits = { address: rate('100/15m'), global: rate('1000/1m') };
  const places = { captcha: '/captcha/{uuid}', challenge: '/challenge/' };
  const ask = humanCheck({ ...shared, rule, percent: 30, places, challengeLimits });
  const client = (address = '192.0.2.1') => ({ address, device: 'a telephone', requestId: randomId() });
  let seed = 0;

  return {
    tables,
    pass(seconds: number) {
      clock.at = new Date(clock.at.getTime() + seconds * 1000);
    },
    /** A picture for an id, as its answer and its bytes. */
    async picture(id: string, { limits = { address: rate('60/15m'), global: rate('3000/1m') }, address = '192.0.2.1' } = {}) {
      seed += 1;
      const bytes = await makeCaptcha({ ...shared, limits, lifetimeSeconds: 100, random: chance(seed) }, id, client(address));
      return { text: newAnswer(chance(seed)), bytes };
    },
    async challenge(address = '192.0.2.1'): Promise<Challenge> {
      return await offerChallenge({ ...shared, limits: challengeLimits, leastMaxNumber: 200, lifetimeSeconds: 600 }, client(address));
    },
    /** The result of a check: `passed`, or the code of the refusal. */
    async check(proof: Parameters<HumanCheck>[0], tries: Parameters<HumanCheck>[2] = []): Promise<string> {
      return await ask(proof, client(), tries).then(
        () => 'passed',
        (error: { code?: string }) => error.code ?? 'fault',
      );
    },
    ask,
    client,
  };
}
