import * as v from 'valibot';
import { toggle } from '#lib/http/fields.ts';
import { route } from '#lib/http/route.ts';
import { sessionsView } from '#lib/sessions/session-view.ts';

export const list = route({
  name: 'sessionsList',
  methods: ['GET'],
  path: '/users/{id}/sessions/',
  summary: 'List sessions',
  access: 'locked',
  judged: 'read',
  success: { status: 200, description: 'The sessions.', body: sessionsView },
  problems: [],
});

export const end = route({
  name: 'sessionEnd',
  methods: ['DELETE'],
  path: '/users/{id}/sessions/{sid}/',
  summary: 'Delete a session',
  access: 'locked',
  judged: 'update',
  success: { status: 204, description: 'The session has ended.' },
  problems: ['not_found', 'fresh_login_required'],
});

export const endAll = route({
  name: 'sessionsEnd',
  methods: ['DELETE'],
  path: '/users/{id}/sessions/',
  summary: 'Delete all sessions',
  access: 'locked',
  judged: 'update',
  query: v.object({ api_tokens: v.optional(toggle, false) }),
  success: { status: 204, description: 'The sessions have ended.' },
  problems: ['fresh_login_required'],
});
