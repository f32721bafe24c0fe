import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { randomId } from '#lib/ids.ts';
import type { MessageStore } from '#lib/messages/message-store.ts';

type Made = { readonly store: MessageStore; readonly write: (id: string) => Promise<void> };

const noon = Date.parse('2036-05-01T12:00:00Z');
const claimAt = (id: string, second: number) => ({
  id,
  by: randomId(),
  now: new Date(noon + second * 1000),
  until: new Date(noon + (second + 30) * 1000),
});
const later = new Date(noon + 1000);

/** The promises of every store of messages. */
export function promisesOfMessageStore(name: string, make: () => Promise<Made>): void {
  describe(`the states of messages, ${name}`, () => {
    const written = async () => {
      const made = await make();
      const id = randomUUID();
      await made.write(id);
      return { ...made, id };
    };

    it('one of any number of calls claims a message', async () => {
      const { store, id } = await written();
      const found = await Promise.all(Array.from({ length: 20 }, () => store.claim(claimAt(id, 0))));
      expect(found.filter((each) => each === 'claimed')).toHaveLength(1);
      expect(found.filter((each) => each === 'held')).toHaveLength(19);
    });

    it('one of any number of calls takes over an expired claim, and is told so', async () => {
      const { store, id } = await written();
      await store.claim(claimAt(id, 0));
      expect(await store.claim(claimAt(id, 29))).toBe('held');
      const found = await Promise.all(Array.from({ length: 20 }, () => store.claim(claimAt(id, 30))));
      expect(found.filter((each) => each === 'claimed-again')).toHaveLength(1);
      expect(found.filter((each) => each === 'held')).toHaveLength(19);
    });

    it('a released message can be claimed as if for the first time', async () => {
      const { store, id } = await written();
      for (let round = 0; round < 3; round += 1) {
        const claim = claimAt(id, round);
        expect(await store.claim(claim)).toBe('claimed');
        await store.release(claim);
        await store.release(claim);
      }
    });

    it('a message that another claim holds is neither released nor ended', async () => {
      const { store, id } = await written();
      const [first, second] = [claimAt(id, 0), claimAt(id, 30)];
      await store.claim(first);
      await store.claim(second);
      await store.release(first);
      expect(await store.settle(first, 'sent', later)).toBe('lost');
      expect(await store.claim(claimAt(id, 31))).toBe('held');
      expect(await store.settle(second, 'sent', later)).toBe('settled');
    });

    it.each(['sent', 'refused', 'expired', 'unsure'] as const)('a message that was %s stays so for good', async (end) => {
      const { store, id } = await written();
      const claim = claimAt(id, 0);
      await store.claim(claim);
      expect(await store.settle(claim, end, later)).toBe('settled');
      await store.release(claim);
      expect(await store.claim(claimAt(id, 3600))).toBe('settled');
    });

    it('a message that does not exist counts as ended', async () => {
      const { store } = await make();
      expect(await store.claim(claimAt(randomUUID(), 0))).toBe('settled');
      expect(await store.settle(claimAt(randomUUID(), 0), 'sent', later)).toBe('lost');
    });
  });
}
