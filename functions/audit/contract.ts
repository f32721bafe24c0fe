import { auditQuery, ownAuditQuery } from '#lib/audit/audit-query.ts';
import { auditView } from '#lib/audit/audit-view.ts';
import { route } from '#lib/http/route.ts';

export const ofUser = route({
  name: 'userAudit',
  methods: ['GET'],
  path: '/users/{id}/audit/',
  summary: 'List what happened to a user',
  access: 'locked',
  judged: 'read',
  query: ownAuditQuery,
  success: { status: 200, description: 'One page of the audit trail, newest first.', body: auditView },
  problems: ['invalid_cursor', 'throttled'],
});

export const ofEveryone = route({
  name: 'auditList',
  methods: ['GET'],
  path: '/audit/',
  summary: 'List and search the audit trail',
  access: 'locked',
  judged: 'manage',
  query: auditQuery,
  success: { status: 200, description: 'One page of the audit trail, newest first.', body: auditView },
  problems: ['invalid_cursor', 'throttled'],
});
