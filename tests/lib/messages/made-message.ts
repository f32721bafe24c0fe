import { randomUUID } from 'node:crypto';
import type { Message } from '#lib/messages/message.ts';

/** In the future, because database engines delete expired rows. */
export const noon = new Date('2036-05-01T12:00:00.000Z');

/** A code to Ann by e-mail, written at noon and valid for ten minutes, with changes. */
export function madeMessage(given: Partial<Message> = {}): Message {
  const end = new Date(noon.getTime() + 600_000);
  return {
    id: randomUUID(),
    channel: 'email',
    to: 'ann@example.com',
    template: 'code',
    purpose: 'login',
    language: 'en',
    secret: { ref: 'ref-1', endsAt: end },
    userId: 'user-1',
    at: noon,
    expiresAt: end,
    ...given,
  };
}
