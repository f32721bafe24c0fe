import { describe, expect, test } from 'vitest';
import type { Event } from '#lib/outbox/event.ts';
import { eventItem } from '#lib/outbox/event-item.ts';
import { followUp } from '#lib/outbox/follow-up.ts';
import { withRequestContext } from '#lib/request-context.ts';
import { logged } from '../logged.ts';

const event: Event = { id: 'event-1', type: 'user_deleted', userId: 'user-1', at: new Date('2026-05-01T12:00:00.999Z'), picture: 'a.webp' };

/** The events that were followed up for a row. */
async function followed(row: Record<string, unknown>): Promise<Event[]> {
  const seen: Event[] = [];
  await followUp({ record: async ({ event: each }) => seen.push(each), after: {} }, row);
  return seen;
}

describe('a row of the outbox', () => {
  test('is followed up as the event that was written, even after its week', async () => {
    expect(await followed(eventItem(event))).toEqual([event]);
    const { picture: _, ...bare } = event;
    expect(await followed(eventItem(bare))).toEqual([bare]);
    const taken: Event = { ...event, type: 'first_proof' };
    expect(await followed(eventItem(taken))).toEqual([taken]);
  });

  test.each([['code_for_nobody'], ['constructor'], ['__proto__'], [''], [undefined], [7]])(
    'of a type without follow-up (%s) is skipped and logged',
    async (type) => {
      let seen: Event[] | undefined;
      const lines = await logged(async () => {
        seen = await followed({ ...eventItem(event), type });
      });
      expect(seen).toEqual([]);
      expect(lines).toEqual([expect.objectContaining({ level: 'warn', event: 'event_not_followed' })]);
    },
  );

  test.each([
    ['no user', { user_id: undefined }],
    ['an empty user', { user_id: '' }],
    ['no instant', { at: undefined }],
    ['an invalid instant', { at: 'yesterday' }],
    ['a picture that is not a string', { picture: 5 }],
  ])('with %s is an error', async (_, wrong) => {
    const [field] = Object.keys(wrong);
    await expect(followed({ ...eventItem(event), ...wrong })).rejects.toThrow(new Error(`the event is misshapen at ${field}`));
  });

  test('is an error if its follow-up fails', async () => {
    const reject = () => Promise.reject(new Error('not now'));
    await expect(followUp({ record: reject, after: {} }, eventItem(event))).rejects.toThrow('not now');
    await expect(followUp({ record: async () => undefined, after: { user_deleted: reject } }, eventItem(event))).rejects.toThrow('not now');
  });

  test('is followed up even if it cannot be put on record now', async () => {
    const seen: Event[] = [];
    const record = () => Promise.reject(new Error('not now'));
    const failing = followUp({ record, after: { user_deleted: async (each) => seen.push(each) } }, eventItem(event));
    await expect(failing).rejects.toThrow('not now');
    expect(seen).toEqual([event]);
  });

  test('has what is known of the request that caused it', async () => {
    const context = { via: 'userDelete', requestId: 'request-1', actorId: 'ann', sid: 's', address: '192.0.2.1', device: 'a browser' };
    const row = withRequestContext(context, () => eventItem(event));
    const { actorId, ...request } = context;
    const seen: unknown[] = [];
    await followUp({ record: async (each) => seen.push(each), after: {} }, row);
    expect(seen).toEqual([{ event: { ...event, actorId }, request }]);
  });

  test('has the context of its own request, also if two run side by side', async () => {
    const one = async (actorId: string) => {
      await new Promise((resolve) => setImmediate(resolve));
      return eventItem(event).actor_id === actorId;
    };
    const asked = ['ann', 'ben'].map((actorId) => withRequestContext({ via: 'x', actorId }, () => one(actorId)));
    expect(await Promise.all(asked)).toEqual([true, true]);
    expect(eventItem(event)).not.toHaveProperty('actor_id');
  });
});
