import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { listSessions } from '#lib/sessions/list-sessions.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { viewSessions } from '#lib/sessions/session-view.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { list } from './contract.ts';

const settings = readSettings();
const needs = { sessions: dynamoSessionStore(settings), users: dynamoUserStore(settings), rules: tokenRules(settings), now };

export const handler = endpoint(list, async ({ caller }) => viewSessions(await listSessions(needs, caller), caller.sid));
