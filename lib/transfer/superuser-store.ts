import type { Event } from '#lib/outbox/event.ts';

/** Where superusers are made. */
export type SuperuserStore = {
  /** Makes a user a superuser, with the event, all or nothing. `already`: they are one, or there is no such user; nothing is written. */
  promote(id: string, event: Event): Promise<'promoted' | 'already' | 'busy'>;
};
