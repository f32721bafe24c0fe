import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { ssmSigningKeyStore, ssmVerificationKeyStore } from '#lib/keys/key-store.ssm.ts';
import { refreshSession } from '#lib/sessions/refresh-session.ts';
import { sessionRules } from '#lib/sessions/session-rules.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings.ts';
import { dynamoStandingStore } from '#lib/tokens/standing-store.dynamo.ts';
import { refresh } from './contract.ts';

const settings = readSettings();
const needs = {
  ...sessionRules(settings),
  ...ssmSigningKeyStore(settings.KEYS_PATH),
  ...ssmVerificationKeyStore(settings.KEYS_PATH),
  sessions: dynamoSessionStore(settings),
  // Without the sessions table: the rotation itself says what the session is like.
  standing: dynamoStandingStore({ USERS_TABLE: settings.USERS_TABLE, TOKEN_BLACKLIST_TABLE: settings.TOKEN_BLACKLIST_TABLE }),
  now,
};

export const handler = endpoint(refresh, async ({ body, client }) => {
  const pair = await refreshSession(needs, body.refresh, client.requestId);
  return settings.ROTATE_REFRESH_TOKENS ? { access: pair.access, refresh: pair.refresh } : { access: pair.access };
});
