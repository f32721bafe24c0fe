import { describe, expect, test } from 'vitest';
import type { Event } from '#lib/outbox/event.ts';
import { eventItem } from '#lib/outbox/event-item.ts';
import { followUp } from '#lib/outbox/follow-up.ts';
import { logged } from '../logged.ts';

const event: Event = { id: 'event-1', type: 'user_deleted', userId: 'user-1', at: new Date('2026-05-01T12:00:00.999Z'), picture: 'a.webp' };

/** The events that were followed up for a row. */
async function followed(row: Record<string, unknown>): Promise<Event[]> {
  const seen: Event[] = [];
  await followUp({ user_deleted: async (each) => seen.push(each), first_proof: async (each) => seen.push(each) }, row);
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

  test.each([['session_ended'], ['constructor'], ['__proto__'], [''], [undefined], [7]])(
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
    const failing = followUp({ user_deleted: reject, first_proof: reject }, eventItem(event));
    await expect(failing).rejects.toThrow('not now');
  });
});
