import { randomUUID } from 'node:crypto';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { toItem as tokenItem } from '#lib/api-tokens/api-token-item.ts';
import { newPictureName } from '#lib/avatars/picture-name.ts';
import { uuidv7 } from '#lib/ids.ts';
import type { Event } from '#lib/outbox/event.ts';
import { eventItem } from '#lib/outbox/event-item.ts';
import { madeApiToken } from '../lib/api-tokens/made-api-token.ts';
import { bucketOf } from './bucket.ts';
import { sharedGateway } from './shared-gateway.ts';
import { post } from './users.ts';

const worker = 'outboxFollowUp';

const { gateway, tables, seeds } = await sharedGateway();
const bucket = bucketOf(gateway);

/**
 * Makes a user with a picture, sessions and API tokens, and deletes the row. Returns the event, which is not written
 * yet.
 */
async function deletedUser({ sessions = 2, tokens = 2 } = {}): Promise<Event & { readonly picture: string }> {
  const picture = newPictureName();
  const seeded = await seeds.signedInUser({ avatar: picture });
  for (let count = 1; count < sessions; count += 1) await seeded.again();
  await bucket.put(`avatars/${picture}`, seeded.id);
  for (let place = 0; place < tokens; place += 1) await giveToken(seeded.id, place);
  await tables.remove('users', { id: seeded.id });
  const at = new Date();
  return { id: uuidv7(at), type: 'user_deleted', userId: seeded.id, at, picture };
}

async function giveToken(userId: string, place: number, at = new Date()): Promise<void> {
  const id = place.toString(16).padStart(2, '0').padEnd(32, '0');
  const { token } = madeApiToken({ userId, id, createdAt: Math.floor(at.getTime() / 1000) });
  await tables.put('api-tokens', tokenItem(token));
}

const write = async (event: Event) => await tables.put('outbox', eventItem(event));

/** How many sessions and API tokens a user has left, and whether the picture is still served. */
async function leftOf({ userId, picture }: Pick<Event, 'userId' | 'picture'>) {
  const of = async (table: string) => (await tables.all(table)).filter((row) => row['user_id'] === userId).length;
  const { status } = await gateway.fetch(`/media/image/${picture}`);
  return { sessions: await of('sessions'), tokens: await of('api-tokens'), picture: status === 200 };
}
const everything = { sessions: 2, tokens: 2, picture: true };
const nothing = { sessions: 0, tokens: 0, picture: false };

const runsSince = (count: number) => gateway.streams.handed(worker).slice(count);
const idOf = (event: DynamoDBStreamEvent) => event.Records.map(({ dynamodb }) => dynamodb?.NewImage?.['id']?.S);

describe('the clean-up after a deleted user', () => {
  it('deletes the picture, all sessions and all API tokens, and nothing of another user', async () => {
    const [deletion, other] = [await deletedUser(), await deletedUser()];
    expect(await leftOf(deletion)).toEqual(everything);
    await write(deletion);
    await gateway.streams.settled();
    expect(await leftOf(deletion)).toEqual(nothing);
    expect(await leftOf(other)).toEqual(everything);
  });

  it('works without a picture, and with hundreds of sessions and API tokens', async () => {
    const { picture: _, ...bare } = await deletedUser();
    const much = await deletedUser({ sessions: 1, tokens: 256 });
    await Promise.all(
      Array.from({ length: 300 }, (_, index) =>
        tables.put('sessions', { user_id: much.userId, sid: `s${index}`, opened_at: 1, rotated_at: 1000, device: 'x'.repeat(6000) }),
      ),
    );
    await write(bare);
    await write(much);
    await gateway.streams.settled();
    expect(await leftOf(bare)).toMatchObject({ sessions: 0, tokens: 0 });
    expect(await leftOf(much)).toEqual(nothing);
  });

  it('spares a later user with the same id, even if the event comes late', async () => {
    const deletion = await deletedUser();
    const at = new Date(deletion.at.getTime() - 5000);
    for (const row of (await tables.all('sessions')).filter(({ user_id }) => user_id === deletion.userId)) {
      await tables.put('sessions', { ...row, opened_at: Math.floor(at.getTime() / 1000), rotated_at: at.getTime() });
    }
    const again = await seeds.signedInUser({ id: deletion.userId });
    await giveToken(deletion.userId, 200, new Date(deletion.at.getTime() + 1000));
    const early = { ...deletion, at };
    await write(early);
    await gateway.streams.settled();
    const [session] = (await tables.all('sessions')).filter(({ user_id }) => user_id === deletion.userId);
    expect(await leftOf(deletion)).toEqual({ sessions: 1, tokens: 1 + 2, picture: false });
    const { status } = await post(gateway, '/token/refresh/', { refresh: again.refresh });
    expect([status, session?.['user_id']]).toEqual([200, deletion.userId]);
  });

  it('keeps the picture of a user who was restored from a backup', async () => {
    const deletion = await deletedUser();
    await seeds.signedInUser({ id: deletion.userId, avatar: deletion.picture });
    await write(deletion);
    await gateway.streams.settled();
    expect((await leftOf(deletion)).picture).toBe(true);
  });
});

describe('the delivery of an event', () => {
  it('can happen ten times and out of order with the same result', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => deletedUser()));
    await gateway.streams.settled();
    const before = gateway.streams.handed(worker).length;
    for (const event of all) await write(event);
    await gateway.streams.settled();
    const records = runsSince(before).flatMap(({ Records }) => Records);
    expect(records).toHaveLength(5);
    const again = Array.from({ length: 9 }, (_, turn) => (turn % 2 === 0 ? records.toReversed() : records));
    const outcomes = await Promise.all(again.map((Records) => gateway.invoke(worker, { Records })));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ kind: 'returned', payload: '{"batchItemFailures":[]}' });
    for (const event of all) expect(await leftOf(event)).toEqual(nothing);
  });

  const steps = ['BatchGetItem', 'DeleteObject', 'Query', 'DeleteItem'];
  it.each(steps.flatMap((step) => (['crash-before', 'crash-after'] as const).map((kind) => [kind, step] as const)))(
    'is repeated if the function crashes (%s %s)',
    async (kind, step) => {
      const deletion = await deletedUser();
      const fault = gateway.gate.fault(worker, ({ operation }) => operation === step, kind);
      await write(deletion);
      await gateway.streams.settled();
      expect(fault.struck).toBe(1);
      expect(await leftOf(deletion)).toEqual(nothing);
    },
  );

  it('is repeated if its answer is lost or takes too long', async () => {
    const deletion = await deletedUser();
    await gateway.streams.settled();
    const before = gateway.streams.handed(worker).length;
    gateway.streams.fault(worker, 'lost-before');
    gateway.streams.fault(worker, { timeoutMs: 1 });
    gateway.streams.fault(worker, 'lost-after');
    await write(deletion);
    await gateway.streams.settled();
    expect(runsSince(before).map(idOf)).toEqual(Array(4).fill([deletion.id]));
    expect(await leftOf(deletion)).toEqual(nothing);
  });

  it('is given up while pictures cannot be deleted; the rest is done, and writing the row again under a new id deletes the picture', async () => {
    const deletion = await deletedUser();
    const before = gateway.streams.deadLetters(worker).length;
    const fault = gateway.gate.fault(worker, ({ service }) => service === 's3', 'drop-before', { times: 999 });
    await write(deletion);
    await gateway.streams.settled();
    fault.end();
    expect(await leftOf(deletion)).toEqual({ ...nothing, picture: true });
    expect(gateway.streams.deadLetters(worker).slice(before)).toHaveLength(1);
    await tables.put('outbox', { ...eventItem(deletion), id: `${deletion.id}-again` });
    await gateway.streams.settled();
    expect(await leftOf(deletion)).toEqual(nothing);
  });

  it('is given up after nine tries if its row cannot be read, and the rows beside it are delivered', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => deletedUser()));
    const letters = gateway.streams.deadLetters(worker).length;
    const before = gateway.streams.handed(worker).length;
    const poison = { ...eventItem(all[0] as Event), id: randomUUID(), at: 'the day before yesterday' };
    for (const [index, event] of all.entries()) {
      await write(event);
      if (index === 5) await tables.put('outbox', poison);
    }
    await gateway.streams.settled();
    for (const event of all) expect(await leftOf(event)).toEqual(nothing);
    const given = gateway.streams.deadLetters(worker).slice(letters);
    const tries = runsSince(before).filter((event) => idOf(event).includes(poison.id));
    expect(given).toEqual([
      expect.objectContaining({
        requestContext: expect.objectContaining({ condition: 'RetryAttemptsExhausted', approximateInvokeCount: tries.length }),
        DDBStreamBatchInfo: expect.objectContaining({ batchSize: 1 }),
      }),
    ]);
    expect(JSON.stringify(given)).not.toContain(poison.user_id);
    expect(gateway.logs(worker).map(({ json }) => json)).toContainEqual(
      expect.objectContaining({ level: 'error', event: 'record_failed', key: poison.id }),
    );
  });
});

describe('the event filter', () => {
  it('passes only new rows of the types that the function handles', async () => {
    const before = gateway.invocations(worker);
    const at = new Date();
    const id = uuidv7(at);
    await write({ id, type: 'code_for_nobody', userId: randomUUID(), at });
    await tables.set('outbox', { id }, 'type', 'user_deleted');
    await tables.remove('outbox', { id });
    await gateway.streams.settled();
    expect(gateway.invocations(worker)).toBe(before);
  });
});
