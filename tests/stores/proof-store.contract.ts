import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ProofStore } from '#lib/human-check/proof-store.ts';
import { randomId } from '#lib/ids.ts';

/** The promises of every store of human checks, in memory or in DynamoDB. */
export function promisesOfProofStore(kind: string, start: () => Promise<ProofStore>): void {
  describe(`human checks in ${kind}`, () => {
    let proofs: ProofStore;
    beforeAll(async () => {
      proofs = await start();
    });
    const now = new Date();
    const seconds = Math.floor(now.getTime() / 1000);
    const somebody = () => ({ requestId: randomId(), now });
    const kept = async (answer = 'an answer', expiresAt = seconds + 100) => {
      const id = randomUUID();
      await proofs.keepAnswer({ id, answer, expiresAt });
      return id;
    };

    test('the answer of a picture is returned once', async () => {
      const id = await kept();
      expect(await proofs.spendAnswer(id, somebody())).toBe('an answer');
      expect(await proofs.spendAnswer(id, somebody())).toBeUndefined();
    });

    test('of fifty requests at once one gets the answer', async () => {
      const id = await kept();
      const told = await Promise.all(Array.from({ length: 50 }, () => proofs.spendAnswer(id, somebody())));
      expect(told.filter((answer) => answer !== undefined)).toEqual(['an answer']);
    });

    test('a request that is repeated after a lost answer gets it again', async () => {
      const [id, me] = [await kept(), somebody()];
      expect([await proofs.spendAnswer(id, me), await proofs.spendAnswer(id, me)]).toEqual(['an answer', 'an answer']);
    });

    test('an expired answer that is still stored is neither returned nor spent', async () => {
      const id = await kept('late', seconds);
      expect(await proofs.spendAnswer(id, somebody())).toBeUndefined();
      expect(await proofs.spendAnswer(id, { ...somebody(), now: new Date(now.getTime() - 1000) })).toBe('late');
    });

    test('an id without a picture has no answer', async () => {
      const id = randomUUID();
      expect(await proofs.spendAnswer(id, somebody())).toBeUndefined();
      expect(await proofs.spendAnswer(id, somebody())).toBeUndefined();
    });

    test('another picture under the same id replaces the first, and has its own try', async () => {
      const id = await kept('first');
      await proofs.spendAnswer(id, somebody());
      await proofs.keepAnswer({ id, answer: 'second', expiresAt: seconds + 100 });
      expect([await proofs.spendAnswer(id, somebody()), await proofs.spendAnswer(id, somebody())]).toEqual(['second', undefined]);
    });

    test('a solved challenge is spent by one of fifty requests, and again by its own retry', async () => {
      const solved = { signature: randomId(), expiresAt: seconds + 600 };
      const all = Array.from({ length: 50 }, somebody);
      const outcomes = await Promise.all(all.map(async (who) => await proofs.spendSolution(solved, who)));
      expect(outcomes.filter((outcome) => outcome === 'spent')).toHaveLength(1);
      const winner = all[outcomes.indexOf('spent')] ?? somebody();
      expect([await proofs.spendSolution(solved, winner), await proofs.spendSolution(solved, somebody())]).toEqual([
        'spent',
        'spent-before',
      ]);
    });
  });
}
