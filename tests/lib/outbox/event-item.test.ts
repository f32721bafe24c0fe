import { expect, test } from 'vitest';
import { eventItem } from '#lib/outbox/event-item.ts';

test('an event is kept for a week, and has the user’s id and none of their data', () => {
  const at = new Date('2026-05-01T12:00:00.999Z');
  expect(eventItem({ id: 'event-1', type: 'user_registered', userId: 'user-1', at })).toEqual({
    id: 'event-1',
    type: 'user_registered',
    user_id: 'user-1',
    at: '2026-05-01T12:00:00.999Z',
    expires_at: Math.floor(at.getTime() / 1000) + 7 * 86_400,
  });
});

test('the event of a deleted user names their picture, if they had one', () => {
  const event = { id: 'event-1', type: 'user_deleted', userId: 'user-1', at: new Date('2026-05-01T12:00:00.000Z') } as const;
  expect(eventItem({ ...event, picture: 'a.webp' })).toMatchObject({ type: 'user_deleted', picture: 'a.webp' });
  expect(eventItem(event)).not.toHaveProperty('picture');
});
