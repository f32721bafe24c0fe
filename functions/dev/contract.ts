import { array, object } from 'valibot';
import { route } from '#lib/http/route.ts';
import { letterView } from '#lib/messages/letter-view.ts';

/** A browser, whose `Accept` has `text/html`, gets a page; everybody else JSON. Only the stage `local` has it, and only for its own machine. */
export const outbox = route({
  name: 'devOutbox',
  methods: ['GET'],
  path: '/dev/outbox/',
  summary: 'Read what would have been sent.',
  access: 'open',
  onlyLocal: true,
  success: { status: 200, description: 'The letters, the newest first.', body: object({ results: array(letterView) }) },
  problems: ['permission_denied'],
});
