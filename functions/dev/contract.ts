import { array, object } from 'valibot';
import { route } from '#lib/http/route.ts';
import { homeView } from '#lib/laptop/home-view.ts';
import { letterView } from '#lib/messages/letter-view.ts';

/** A browser, whose `Accept` has `text/html`, gets a page; everybody else JSON. Only the stage `local` has it, and only for its own machine. */
export const home = route({
  name: 'devHome',
  methods: ['GET'],
  path: '/',
  summary: 'See what runs here, and the newest users.',
  access: 'open',
  onlyLocal: true,
  success: { status: 200, description: 'What runs here.', body: homeView },
  problems: ['permission_denied'],
});

/** The icon of the pages here, so that no browser logs a 404. */
export const favicon = route({
  name: 'devFavicon',
  methods: ['GET'],
  path: '/favicon.ico',
  summary: 'Open the icon of the pages.',
  access: 'open',
  onlyLocal: true,
  success: { status: 200, description: 'The icon.', bytes: 'image/svg+xml' },
  problems: [],
});

/** As the page at `/`: for a browser a page, for everybody else JSON. */
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
