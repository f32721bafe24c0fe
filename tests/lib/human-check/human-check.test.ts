import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { memoryProofStore } from '../../stores/proof-store.memory.ts';
import { madeChecks, solve } from './made-checks.ts';

const [required, failed] = ['human_check_required', 'human_check_failed'];
const used = (count: number, max = 10) => [{ name: 'login-account', key: 'k', count, max, windowSeconds: 60 }];

describe('a picture', () => {
  test('is passed with its answer, in any case, once', async () => {
    const { picture, check } = madeChecks();
    const id = randomUUID();
    const { text } = await picture(id);
    expect(await check({ captcha_id: id.toUpperCase(), captcha_text: ` ${text.toLowerCase()} ` })).toBe('passed');
    expect(await check({ captcha_id: id, captcha_text: text })).toBe(failed);
  });

  test('has one try: after a wrong answer the right one is refused', async () => {
    const { picture, check } = madeChecks();
    const id = randomUUID();
    const { text } = await picture(id);
    expect([await check({ captcha_id: id, captcha_text: 'WRONG' }), await check({ captcha_id: id, captcha_text: text })]).toEqual([
      failed,
      failed,
    ]);
  });

  test('is passed by one of fifty right answers at once', async () => {
    const { picture, check } = madeChecks();
    const id = randomUUID();
    const { text } = await picture(id);
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => check({ captcha_id: id, captcha_text: text })));
    expect(outcomes.filter((outcome) => outcome === 'passed')).toHaveLength(1);
  });

  test('counts for 100 seconds, even if its row stays for longer', async () => {
    for (const [seconds, outcome] of [
      [99, 'passed'],
      [100, failed],
    ] as const) {
      const { picture, check, pass } = madeChecks();
      const id = randomUUID();
      const { text } = await picture(id);
      pass(seconds);
      expect(await check({ captcha_id: id, captcha_text: text })).toBe(outcome);
    }
  });

  test('that is requested again has another answer and its own try, and the one before is void', async () => {
    const { picture, check } = madeChecks();
    const id = randomUUID();
    const [first, second] = [await picture(id), await picture(id)];
    expect(first.text).not.toBe(second.text);
    expect(await check({ captcha_id: id, captcha_text: first.text })).toBe(failed);
    const third = await picture(id);
    expect(await check({ captcha_id: id, captcha_text: third.text })).toBe('passed');
  });

  test('has an answer for its own id only, even if its row is copied', async () => {
    const rows = new Map();
    const { picture, check } = madeChecks({ proofs: memoryProofStore(rows) });
    const [mine, other] = [randomUUID(), randomUUID()];
    const { text } = await picture(mine);
    await picture(other);
    expect(await check({ captcha_id: other, captcha_text: text })).toBe(failed);
    rows.set(`captcha#${other}`, { ...rows.get(`captcha#${mine}`), spentBy: undefined });
    expect(await check({ captcha_id: other, captcha_text: text })).toBe(failed);
    expect(JSON.stringify([...rows.values()])).not.toContain(text);
  });

  test('of another stage is refused', async () => {
    const proofs = memoryProofStore();
    const id = randomUUID();
    const { text } = await madeChecks({ proofs, secret: 'another secret of 32 characters!' }).picture(id);
    expect(await madeChecks({ proofs }).check({ captcha_id: id, captcha_text: text })).toBe(failed);
  });

  test('that does not exist fails like an invalid id', async () => {
    const { ask, client } = madeChecks();
    for (const captcha_id of [randomUUID(), 'x', '../cache', 'throttle#login']) {
      await expect(ask({ captcha_id, captcha_text: 'AAAAA' }, client(), [])).rejects.toMatchObject({
        code: failed,
        options: { errors: { captcha_text: [{ phrase: 'captcha_wrong' }] }, members: { challenge: '/challenge/' } },
      });
    }
  });

  test('is made for UUIDs only, and only so often for an address', async () => {
    const { picture } = madeChecks();
    await expect(picture('x')).rejects.toMatchObject({ code: 'not_found' });
    const limits = { address: { max: 2, windowSeconds: 60 }, global: { max: 3, windowSeconds: 60 } };
    for (const address of ['192.0.2.1', '192.0.2.1', '192.0.2.2']) await picture(randomUUID(), { limits, address });
    await expect(picture(randomUUID(), { limits })).rejects.toMatchObject({ code: 'throttled' });
    await expect(picture(randomUUID(), { limits, address: '192.0.2.3' })).rejects.toMatchObject({ code: 'throttled' });
  });

  test('that cannot be stored is not counted', async () => {
    const keepAnswer = async () => {
      throw new Error('out of order');
    };
    const { picture, tables } = madeChecks({ proofs: { ...memoryProofStore(), keepAnswer } });
    await expect(picture(randomUUID())).rejects.toThrow('out of order');
    expect([...tables.counters.values()]).toEqual([0, 0]);
  });
});

describe('a challenge', () => {
  test('is passed once when it is solved, even if fifty requests come at once', async () => {
    const { challenge, check } = madeChecks();
    const altcha = await solve(await challenge());
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => check({ altcha })));
    expect(outcomes.filter((outcome) => outcome === 'passed')).toHaveLength(1);
    expect(await check({ altcha })).toBe(failed);
  });

  test('counts until it expires', async () => {
    const { challenge, check, pass } = madeChecks();
    const [one, other] = [await solve(await challenge()), await solve(await challenge())];
    pass(599);
    expect(await check({ altcha: one })).toBe('passed');
    pass(1);
    expect(await check({ altcha: other })).toBe(failed);
  });

  test('is preferred to a picture, which then keeps its try', async () => {
    const { challenge, check, picture } = madeChecks();
    const id = randomUUID();
    const { text } = await picture(id);
    expect(await check({ altcha: await solve(await challenge()), captcha_id: id, captcha_text: 'WRONG' })).toBe('passed');
    expect(await check({ altcha: 'x', captcha_id: id, captcha_text: text })).toBe(failed);
    expect(await check({ captcha_id: id, captcha_text: text })).toBe('passed');
  });

  test('becomes harder with every request and every failed check, first for that address', async () => {
    const { challenge, check } = madeChecks();
    for (let time = 0; time < 10; time += 1) expect((await challenge()).maxnumber).toBe(200);
    const before = (await challenge()).maxnumber;
    expect(before).toBeGreaterThan(200);
    for (let time = 0; time < 20; time += 1) await check({ altcha: 'x' });
    const after = (await challenge()).maxnumber;
    expect(after).toBeGreaterThan(before * 1.5);
    expect((await challenge('192.0.2.2')).maxnumber).toBe(200);
  });

  test('is throttled at the limit, and is not reset before the window ends', async () => {
    const { challenge, check, pass } = madeChecks();
    for (let time = 0; time < 1000; time += 1) await check({ altcha: 'x' });
    await expect(challenge()).rejects.toMatchObject({ code: 'throttled' });
    pass(30 * 60);
    expect((await challenge()).maxnumber).toBe(200);
  });
});

describe('a check', () => {
  test('is required by the rule', async () => {
    expect(await madeChecks({ rule: 'off' }).check({}, used(10))).toBe('passed');
    expect(await madeChecks({ rule: 'always' }).check({}, used(1))).toBe(required);
    expect(await madeChecks({ rule: 'when-pressed' }).check({}, used(3))).toBe('passed');
    expect(await madeChecks({ rule: 'when-pressed' }).check({}, used(4))).toBe(required);
  });

  test('that is not required checks nothing, so the proof can be used later', async () => {
    const { picture, check } = madeChecks({ rule: 'when-pressed' });
    const id = randomUUID();
    const { text } = await picture(id);
    expect(await check({ captcha_id: id, captcha_text: 'WRONG' }, used(1))).toBe('passed');
    expect(await check({ captcha_id: id, captcha_text: text }, used(4))).toBe('passed');
  });

  test('that is required says so if nothing or half a proof was sent, with where to get one', async () => {
    const { ask, client, tables } = madeChecks();
    for (const proof of [{}, { captcha_id: randomUUID() }, { captcha_text: 'AAAAA' }]) {
      await expect(ask(proof, client(), [])).rejects.toMatchObject({
        code: required,
        status: 400,
        options: {
          errors: { captcha_text: [{ phrase: 'captcha_required' }] },
          members: { captcha: '/captcha/{uuid}', challenge: '/challenge/' },
        },
      });
    }
    expect(tables.counters.size).toBe(0);
  });
});

describe('a store that does not answer', () => {
  const broken = async () => {
    throw new Error('out of order');
  };

  test('passes no check, and counts no failure', async () => {
    const { check, challenge, tables } = madeChecks({ proofs: { ...memoryProofStore(), spendAnswer: broken, spendSolution: broken } });
    const altcha = await solve(await challenge());
    const before = [...tables.counters.values()];
    expect([await check({ altcha }), await check({ captcha_id: randomUUID(), captcha_text: 'AAAAA' })]).toEqual(['fault', 'fault']);
    expect([...tables.counters.values()]).toEqual(before);
  });
});
