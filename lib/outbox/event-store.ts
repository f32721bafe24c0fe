import type { Event } from './event.ts';

/** Writes events that no other write causes. An event with the same id is the same event: it is written once. */
export type EventStore = {
  add(event: Event): Promise<void>;
};
