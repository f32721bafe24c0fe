import { route } from '#lib/http/route.ts';
import { sessionsView } from '#lib/sessions/session-view.ts';

export const list = route({
  name: 'sessionsList',
  methods: ['GET'],
  path: '/users/{id}/sessions/',
  summary: 'List your sessions',
  access: 'locked',
  ownedBy: 'id',
  success: { status: 200, description: 'The sessions.', body: sessionsView },
  problems: [],
});

export const end = route({
  name: 'sessionEnd',
  methods: ['DELETE'],
  path: '/users/{id}/sessions/{sid}/',
  summary: 'Delete a session',
  access: 'locked',
  ownedBy: 'id',
  success: { status: 204, description: 'The session has ended.' },
  problems: ['not_found'],
});
