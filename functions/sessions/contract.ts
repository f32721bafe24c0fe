import { route } from '#lib/http/route.ts';
import { sessionsView } from '#lib/sessions/session-view.ts';

/** `last_used_at` is the last refresh, or the sign-in. There is no second page: nobody reads further than a hundred. */
export const list = route({
  name: 'sessionsList',
  methods: ['GET'],
  path: '/users/{id}/sessions/',
  summary: 'See where you are signed in: the hundred newest sessions that are alive, newest first.',
  access: 'locked',
  ownedBy: 'id',
  success: { status: 200, description: 'The sessions; `current` is the one that asks.', body: sessionsView },
  problems: [],
});

/** Ended at once, access tokens included, also the one that asks. Asked again it is `not_found`, which says that it is gone. */
export const end = route({
  name: 'sessionEnd',
  methods: ['DELETE'],
  path: '/users/{id}/sessions/{sid}/',
  summary: 'Sign out one of your sessions.',
  access: 'locked',
  ownedBy: 'id',
  success: { status: 204, description: 'It has ended.' },
  problems: ['not_found'],
});
