import { recordReading } from '#lib/audit/record-reading.ts';
import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { dynamoEventStore } from '#lib/outbox/event-store.dynamo.ts';
import { listSessions, listSessionsOf } from '#lib/sessions/list-sessions.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { viewSessions } from '#lib/sessions/session-view.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { judgeOfOthers } from '#lib/users/judge.ts';
import { dynamoUserReader } from '#lib/users/user-reader.dynamo.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { list } from './contract.ts';

const settings = readSettings();
const needs = {
  reader: dynamoUserReader(settings),
  sessions: dynamoSessionStore(settings),
  users: dynamoUserStore(settings),
  events: dynamoEventStore(settings),
  rules: tokenRules(settings),
  now,
};

export const handler = endpoint(
  list,
  async ({ caller, judged }) => {
    if (judged) await recordReading(needs, judged.user.id);
    const found = judged ? await listSessionsOf(needs, judged.user) : await listSessions(needs, caller);
    return viewSessions(found, caller.sid);
  },
  judgeOfOthers(needs, list.judged, { reads: 'all' }),
);
