import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { ssmLookupSecretStore, ssmSigningKeyStore } from '#lib/keys/key-store.ssm.ts';
import { type Opening, openSession } from '#lib/sessions/open-session.ts';
import { sessionRules } from '#lib/sessions/session-rules.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { throttle } from '#lib/throttle/throttle.ts';
import { loginRules } from '#lib/users/account-rules.ts';
import { login } from '#lib/users/login.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { obtain } from './contract.ts';

const settings = readSettings();
const secret = ssmLookupSecretStore(settings.KEYS_PATH).lookupSecret;
const sessionNeeds = {
  ...sessionRules(settings),
  ...ssmSigningKeyStore(settings.KEYS_PATH),
  sessions: dynamoSessionStore(settings),
  now,
};
const needs = {
  ...loginRules(settings),
  users: dynamoUserStore(settings),
  throttle: throttle({ counters: dynamoCounterStore(settings.CACHE_TABLE), secret, now }),
  openSession: (opening: Opening) => openSession(sessionNeeds, opening),
  now,
};

export const handler = endpoint(obtain, async ({ body, client }) => {
  const { pair } = await login(needs, body, client);
  return { refresh: pair.refresh, access: pair.access };
});
