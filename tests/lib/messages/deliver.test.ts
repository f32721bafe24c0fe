import { describe, expect, test } from 'vitest';
import { deliver } from '#lib/messages/deliver.ts';
import type { Message } from '#lib/messages/message.ts';
import { logged, quietly } from '../logged.ts';
import { madeDelivery } from './made-delivery.ts';
import { madeMessage } from './made-message.ts';

/** A message that waits in the outbox, and what it takes to deliver it. */
async function waiting(given: Partial<Message> = {}, sender: Parameters<typeof madeDelivery>[0] = {}) {
  const delivery = madeDelivery(sender);
  const message = madeMessage(given);
  await delivery.write(message);
  return { ...delivery, message, state: () => delivery.state(message) };
}
const outcome = async (work: Promise<unknown>) => await quietly(() => work.catch((error: Error) => error.name));

describe('a message', () => {
  test('is sent with what its reference stands for, and is logged without its address and text', async () => {
    const { needs, message, sent, state } = await waiting();
    const lines = await logged(async () => expect(await deliver(needs, message)).toBe('sent'));
    expect(sent.map(({ to, text }) => [to, text.includes('secret of ref-1')])).toEqual([['ann@example.com', true]]);
    expect(state()).toBe('sent');
    expect(lines).toEqual([
      {
        ...{ level: 'info', event: 'message_sent', message: message.id },
        ...{ template: 'code', channel: 'email', purpose: 'login', userId: 'user-1', ms: 0 },
      },
    ]);
  });

  test('is sent once, if it is delivered ten times in a row and fifty times at once', async () => {
    const { needs, message, sent } = await waiting();
    const tries = Array.from({ length: 50 }, () => outcome(deliver(needs, message)));
    await Promise.all(tries);
    for (let round = 0; round < 10; round += 1) expect(await outcome(deliver(needs, message))).toBeUndefined();
    expect(sent).toHaveLength(1);
  });

  test('that was not written because its transaction failed is not sent', async () => {
    const { needs, sent } = madeDelivery();
    expect(await deliver(needs, madeMessage())).toBeUndefined();
    expect(sent).toEqual([]);
  });

  test('is not sent once it has expired', async () => {
    const { needs, message, sent, state, pass } = await waiting();
    pass(600);
    const lines = await logged(async () => expect(await deliver(needs, message)).toBe('expired'));
    expect([sent, state()]).toEqual([[], 'expired']);
    expect(lines).toMatchObject([{ level: 'warn', event: 'message_expired', ms: 600_000 }]);
  });

  test('that is refused is not tried again, and the log says why', async () => {
    const { needs, message, state } = await waiting({}, { send: async () => ({ refused: 'MessageRejected' }) });
    const lines = await logged(async () => expect(await deliver(needs, message)).toBe('refused'));
    expect(lines).toMatchObject([{ level: 'error', event: 'message_refused', reason: 'MessageRejected', message: message.id }]);
    expect([state(), await deliver(needs, message)]).toEqual(['refused', undefined]);
  });

  test('that may have been sent is not sent again, and the log says so', async () => {
    const { needs, message, state } = await waiting({}, { send: async () => ({ unsure: 'no answer' }) });
    const lines = await logged(async () => expect(await deliver(needs, message)).toBe('unsure'));
    expect(lines).toMatchObject([{ level: 'error', event: 'message_unsure', reason: 'no answer' }]);
    expect(state()).toBe('unsure');
  });

  test('waits for the next try if the sender cannot be reached, however often', async () => {
    let tries = 0;
    const send = async () => {
      tries += 1;
      if (tries < 4) throw new Error('ECONNREFUSED');
      return 'sent' as const;
    };
    const { needs, message, state } = await waiting({}, { send });
    for (let round = 0; round < 3; round += 1) {
      expect(await outcome(deliver(needs, message))).toBe('Error');
      expect(state()).toBe('waiting');
    }
    expect(await outcome(deliver(needs, message))).toBe('sent');
  });

  test('that another delivery keeps holding is left to it', async () => {
    const { needs, message } = await waiting();
    const store = { ...needs.store, claim: async () => 'held' as const };
    expect(await outcome(deliver({ ...needs, store }, message))).toBe('StillHeld');
  });

  test('that cannot be put into words waits too, and the error is thrown', async () => {
    const { needs, message, state } = await waiting({ secret: undefined });
    expect([await outcome(deliver(needs, message)), state()]).toEqual(['Unwritable', 'waiting']);
  });
});

type Step = 'claim' | 'claimed' | 'write' | 'send' | 'sent' | 'settle';

/** Delivers until the given step and crashes there: nothing after it is done, not even error handling. */
async function dieAt(step: Step, { needs, message }: Awaited<ReturnType<typeof waiting>>): Promise<void> {
  const { store, senders } = needs;
  const { promise: dead, resolve: die } = Promise.withResolvers<void>();
  const death = async () => {
    die();
    return await new Promise<never>(() => {});
  };
  const dying = {
    ...needs,
    store: {
      ...store,
      claim: async (claim: Parameters<typeof store.claim>[0]) => {
        if (step === 'claim') return await death();
        const taken = await store.claim(claim);
        return step === 'claimed' ? await death() : taken;
      },
      settle: async (...given: Parameters<typeof store.settle>) => {
        if (step === 'sent') return await death();
        const settled = await store.settle(...given);
        return step === 'settle' ? await death() : settled;
      },
    },
    secretOf: async (ref: string) => (step === 'write' ? await death() : await needs.secretOf(ref)),
    senders: { ...senders, email: async () => ({ ...(await senders.email()), ...(step === 'send' && { send: death }) }) },
  };
  await quietly(() => Promise.race([dead, deliver(dying, message)]));
}

describe('a delivery that crashes', () => {
  const steps = ['claim', 'claimed', 'write', 'send', 'sent', 'settle'] as const;

  test.for(steps)('at %s leaves a message that is sent once, or is logged as unsure', async (step) => {
    const delivery = await waiting();
    const { needs, message, sent, pass } = delivery;
    await dieAt(step, delivery);
    const pauses: number[] = [];
    const pause = async (milliseconds: number) => {
      pauses.push(milliseconds);
      pass(milliseconds / 1000);
    };
    const lines = await logged(() => deliver({ ...needs, pause }, message));
    const events = lines.map(({ event }) => event);
    const isKnown = step === 'claim' || step === 'settle';
    expect(events).toEqual(step === 'claim' ? ['message_sent'] : step === 'settle' ? [] : ['message_unsure']);
    expect(pauses.reduce((sum, each) => sum + each, 0)).toBe(isKnown ? 0 : 30_000);
    expect(sent.length).toBe(step === 'claimed' || step === 'write' || step === 'send' ? 0 : 1);
    expect(await outcome(deliver(needs, message))).toBeUndefined();
  });

  test.for(steps)('at %s leaves a message that is sent again if the receiver recognises repeats', async (step) => {
    const delivery = await waiting({}, { knowsRepeats: true });
    const { needs, message, sent, pass } = delivery;
    await dieAt(step, delivery);
    pass(31);
    await outcome(deliver(needs, message));
    expect(new Set(sent.map(({ id }) => id))).toEqual(new Set([message.id]));
    expect(sent.length).toBe(step === 'sent' ? 2 : 1);
    expect(delivery.state()).toBe('sent');
  });
});

test('500 messages, delivered up to four times each, out of order, by failing workers, are each sent once or logged as not sent', async () => {
  const random = seeded(7);
  const arrived: string[] = [];
  const delivery = madeDelivery({
    send: async ({ id }) => {
      const chance = random();
      if (chance < 0.2) throw new Error('ECONNREFUSED');
      arrived.push(id);
      if (chance < 0.25) return { unsure: 'no answer' };
      return 'sent';
    },
  });
  const messages = Array.from({ length: 500 }, () => madeMessage());
  for (const message of messages) await delivery.write(message);
  let queue = messages.flatMap((message) => Array.from({ length: 1 + Math.floor(random() * 4) }, () => ({ message, key: random() })));
  const lines = await logged(async () => {
    for (let round = 0; queue.length > 0 && round < 100; round += 1) {
      queue.sort((a, b) => a.key - b.key);
      const again: typeof queue = [];
      const one = async (each: (typeof queue)[number]) => {
        const isDead = random() < 0.05;
        const needs = isDead ? { ...delivery.needs, store: { ...delivery.needs.store, settle: lost, release: lost } } : delivery.needs;
        await deliver(needs, each.message).catch(() => again.push({ ...each, key: random() }));
      };
      for (let at = 0; at < queue.length; at += 25) await Promise.all(queue.slice(at, at + 25).map(one));
      queue = again;
      delivery.pass(5);
    }
  });
  expect(new Set(arrived).size).toBe(arrived.length);
  const told = lines.filter(({ event }) => ['message_unsure', 'message_expired'].includes(String(event))).map(({ message }) => message);
  const missing = messages.filter(({ id }) => !arrived.includes(id) && !told.includes(id));
  expect(missing).toEqual([]);
  expect(messages.filter((message) => !['sent', 'unsure', 'expired'].includes(String(delivery.state(message))))).toEqual([]);
  expect(arrived.length).toBeGreaterThan(400);
});

const lost = async (): Promise<never> => {
  throw new Error('ECONNRESET');
};

/** The same numbers every time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
