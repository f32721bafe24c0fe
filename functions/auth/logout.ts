import { now } from '#lib/clock.ts';
import { Answer } from '#lib/http/answer.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { ssmDjangoKey } from '#lib/keys/django-key.ssm.ts';
import { foreignKeys } from '#lib/keys/foreign-keys.ts';
import { ssmKeyStore } from '#lib/keys/key-store.ssm.ts';
import { logOut } from '#lib/sessions/log-out.ts';
import { sessionRules } from '#lib/sessions/session-rules.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { logout } from './contract.ts';

const settings = readSettings();
const needs = {
  keySet: ssmKeyStore(settings).keySet,
  foreignKeys: foreignKeys(settings, { djangoKey: ssmDjangoKey(settings) }),
  sessions: dynamoSessionStore(settings),
  now,
  ...sessionRules(settings),
};

export const handler = endpoint(logout, async ({ caller, body }) => {
  await logOut(needs, caller, body);
  const isGone = caller.isByCookie && body.scope !== 'others';
  return new Answer({ status_code: 200, message: 'success' } as const, { cookies: isGone ? needs.cookies.take() : [] });
});
