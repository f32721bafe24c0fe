import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { endOwnSession } from '#lib/sessions/end-session.ts';
import { sessionRules } from '#lib/sessions/session-rules.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { end } from './contract.ts';

const settings = readSettings();
const needs = { sessions: dynamoSessionStore(settings), now, ...sessionRules(settings) };

export const handler = endpoint(end, async ({ caller, params: { sid = '' } }) => {
  await endOwnSession(needs, { userId: caller.sub, sid });
});
