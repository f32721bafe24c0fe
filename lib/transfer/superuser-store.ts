import type { Event } from '#lib/outbox/event.ts';

/** Makes superusers. */
export type SuperuserStore = {
  /**
   * Makes a user a superuser, with the event, all or nothing. The next token epoch begins, so that no
   * session or API token of before is a superuser's. `already`: the user is one, or does not exist; nothing is
   * written.
   */
  promote(id: string, event: Event): Promise<'promoted' | 'already' | 'busy'>;
};
