import { array, object } from 'valibot';
import { route } from '#lib/http/route.ts';
import { homeView } from '#lib/laptop/home-view.ts';
import { letterView } from '#lib/messages/letter-view.ts';

/**
 * Shows the running stage and its newest users: a page for a browser (`Accept: text/html`), JSON for other clients. Only
 * the stage `local` has this endpoint, and only for requests from the same machine.
 */
export const home = route({
  name: 'devHome',
  methods: ['GET'],
  path: '/',
  summary: 'Show what runs here',
  access: 'open',
  onlyLocal: true,
  success: { status: 200, description: 'What runs here.', body: homeView },
  problems: ['permission_denied'],
});

/** The icon of the local pages, so that browsers log no 404. */
export const favicon = route({
  name: 'devFavicon',
  methods: ['GET'],
  path: '/favicon.ico',
  summary: 'Get the icon of the pages',
  access: 'open',
  onlyLocal: true,
  success: { status: 200, description: 'The icon.', bytes: 'image/svg+xml' },
  problems: [],
});

/** The e-mails and SMS that the sender `outbox` kept: a page for a browser, JSON for other clients. */
export const outbox = route({
  name: 'devOutbox',
  methods: ['GET'],
  path: '/dev/outbox/',
  summary: 'List the messages that were not sent',
  access: 'open',
  onlyLocal: true,
  success: { status: 200, description: 'The messages, newest first.', body: object({ results: array(letterView) }) },
  problems: ['permission_denied'],
});
