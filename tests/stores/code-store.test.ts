import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoCodeStore } from '#lib/codes/code-store.dynamo.ts';
import type { CodeStore } from '#lib/codes/code-store.ts';
import { madeCode, noonSeconds, proofOf, sendingOf } from '../lib/codes/made-code.ts';
import type { Database } from './database.ts';
import { engines, startDatabase } from './engines.ts';
import { withCancellations, withLostAnswers } from './trouble.ts';

describe.for(engines)('codes in %s', (engine) => {
  let database: Database;
  let codes: CodeStore;
  beforeAll(async () => {
    database = await startDatabase(engine);
    codes = dynamoCodeStore(database.tables, database.client);
  }, 60_000);
  afterAll(() => database.close());

  test('a code that was sent is stored with its message, and replaces the one before', async () => {
    const one = madeCode();
    const other = madeCode({ key: one.key });
    const sending = sendingOf(one);
    expect(await codes.send(sending)).toBe('sent');
    expect([await codes.get(one.key), await database.hasEvent(sending.news.id)]).toEqual([one, true]);
    const later = sendingOf(other, { gap: { ...sending.gap, untilSeconds: noonSeconds + 120 }, nowSeconds: noonSeconds + 60 });
    expect([await codes.send(later), await codes.get(one.key)]).toEqual(['sent', other]);
    expect(await codes.get(`${one.key}x`)).toBeUndefined();
  });

  test('a code requested during the pause is refused with the seconds left, and the earlier code is not changed', async () => {
    const code = madeCode();
    await codes.send(sendingOf(code));
    const next = sendingOf(madeCode({ key: code.key }), { nowSeconds: noonSeconds + 18 });
    expect(await codes.send(next)).toEqual({ retryAfterSeconds: 42 });
    expect([await codes.get(code.key), await database.hasEvent(next.news.id)]).toEqual([code, false]);
  });

  test('a code under another name voids the one before, and each name has the pause', async () => {
    const [old, code] = [madeCode(), madeCode()];
    const sending = sendingOf(old);
    await codes.send(sending);
    const aliases = [{ code: old.key, gap: sending.gap.key }];
    expect(await codes.send(sendingOf(code, { aliases, nowSeconds: noonSeconds + 18 }))).toEqual({ retryAfterSeconds: 42 });
    expect([await codes.get(old.key), await codes.get(code.key)]).toEqual([old, undefined]);
    const gap = { key: `code-gap#${code.key}`, untilSeconds: noonSeconds + 120 };
    expect(await codes.send(sendingOf(code, { aliases, gap, nowSeconds: noonSeconds + 60 }))).toBe('sent');
    expect([await codes.get(code.key), (await codes.get(old.key))?.isSpent]).toEqual([code, true]);
    expect(await codes.spend(proofOf(old), 'x', noonSeconds)).toBe('gone');
    const back = sendingOf(madeCode({ key: old.key }), { gap: sending.gap, nowSeconds: noonSeconds + 61 });
    expect(await codes.send(back)).toEqual({ retryAfterSeconds: 59 });
  });

  test('of twenty codes at once under two names one is sent', async () => {
    const keys = [madeCode().key, madeCode().key];
    const sendings = Array.from({ length: 20 }, (_, index) => {
      const [key = '', other = ''] = index % 2 === 0 ? keys : keys.toReversed();
      return sendingOf(madeCode({ key }), { aliases: [{ code: other, gap: `code-gap#${other}` }] });
    });
    const outcomes = await Promise.all(sendings.map((sending) => codes.send(sending)));
    expect(outcomes.filter((outcome) => outcome === 'sent')).toHaveLength(1);
    const rows = await Promise.all(keys.map((key) => codes.get(key)));
    expect(rows.filter((row) => row && !row.isSpent)).toHaveLength(1);
  });

  test('a code that is put voids those under its other names', async () => {
    const [old, code] = [madeCode(), madeCode()];
    await codes.put(old);
    await codes.put(code, [old.key]);
    expect([await codes.get(code.key), (await codes.get(old.key))?.isSpent]).toEqual([code, true]);
  });

  test('of twenty codes at once one is sent', async () => {
    const { key } = madeCode();
    const sendings = Array.from({ length: 20 }, () => sendingOf(madeCode({ key })));
    const outcomes = await Promise.all(sendings.map((sending) => codes.send(sending)));
    expect(outcomes.filter((outcome) => outcome === 'sent')).toHaveLength(1);
    const sent = await Promise.all(sendings.map(({ news }) => database.hasEvent(news.id)));
    expect(sent.filter(Boolean)).toHaveLength(1);
  });

  test('of fifty requests that spend a code at once one succeeds, and so does its own retry', async () => {
    const code = madeCode();
    await codes.put(code);
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) => codes.spend(proofOf(code), `request ${index}`, noonSeconds)),
    );
    expect(outcomes.filter((outcome) => outcome === 'spent')).toHaveLength(1);
    const winner = outcomes.indexOf('spent');
    expect(await codes.spend(proofOf(code), `request ${winner}`, noonSeconds)).toBe('spent');
    expect(await codes.get(code.key)).toEqual({ ...code, isSpent: true });
  });

  test('of fifty tries at once a code has five, which no later time gives back; a newer code has its own', async () => {
    const code = madeCode({ expiresAt: noonSeconds + 3600 });
    await codes.put(code);
    const tries = await Promise.all(Array.from({ length: 50 }, () => codes.tryDigits(code.key, 5, noonSeconds)));
    expect(tries.filter((found) => found?.ref === code.ref)).toHaveLength(5);
    expect(await codes.tryDigits(code.key, 5, noonSeconds + 599)).toBeUndefined();
    expect(await codes.get(code.key), 'a link of the same row stays good').toEqual(code);
    const newer = madeCode({ key: code.key });
    await codes.send(sendingOf(newer));
    expect(await codes.tryDigits(code.key, 5, noonSeconds)).toEqual(newer);
  });

  test('no try is counted if there is no code or its digits are expired', async () => {
    const code = madeCode({ expiresAt: noonSeconds + 3600 });
    await codes.put(code);
    expect(await codes.tryDigits(code.key, 1, noonSeconds + 600)).toBeUndefined();
    expect(await codes.tryDigits(`${code.key}x`, 1, noonSeconds)).toBeUndefined();
    expect(await codes.get(`${code.key}x`)).toBeUndefined();
    expect(await codes.tryDigits(code.key, 1, noonSeconds + 599)).toEqual(code);
  });

  test('a code that is expired, replaced or unknown is not spent; a link may live longer than the digits', async () => {
    const code = madeCode({ expiresAt: noonSeconds + 3600 });
    await codes.put(code);
    const proof = proofOf(code);
    expect(await codes.spend(proof, 'x', noonSeconds + 600)).toBe('gone');
    expect(await codes.spend({ ...proof, ref: 'another' }, 'x', noonSeconds)).toBe('gone');
    expect(await codes.spend({ ...proof, key: 'another' }, 'x', noonSeconds)).toBe('gone');
    expect(await codes.spend({ ...proof, until: 'expires_at' }, 'x', noonSeconds + 3600)).toBe('gone');
    expect(await codes.spend({ ...proof, until: 'expires_at' }, 'x', noonSeconds + 3599)).toBe('spent');
  });

  test('a lost answer counts once: no code is sent twice, and a spent code stays spent', async () => {
    const lost = withLostAnswers(database.connect(), { command: 'TransactWriteItemsCommand', times: 2 });
    const code = madeCode();
    expect(await dynamoCodeStore(database.tables, lost.client).send(sendingOf(code))).toBe('sent');
    const spent = withLostAnswers(database.connect(), { command: 'UpdateItemCommand', times: 2 });
    expect(await dynamoCodeStore(database.tables, spent.client).spend(proofOf(code), 'x', noonSeconds)).toBe('spent');
    expect([lost.met(), spent.met()]).toEqual([2, 2]);
  });

  test('sending is retried if other writes conflict, and then reported as busy', async () => {
    const { client, met } = withCancellations(database.connect(), { command: 'TransactWriteItemsCommand', times: 99 }, [
      'TransactionConflict',
    ]);
    expect([await dynamoCodeStore(database.tables, client).send(sendingOf(madeCode())), met()]).toEqual(['busy', 4]);
  });
});
