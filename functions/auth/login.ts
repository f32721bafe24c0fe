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
import { say } from '#lib/wording.ts';
import { login as route } from './contract.ts';

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

export const handler = endpoint(route, async ({ body, client, language }) => {
  const { account, pair } = await login(needs, body, client);
  return {
    status_code: 200 as const,
    message: say('logged_in', language),
    data: {
      access_token: pair.access,
      refresh_token: pair.refresh,
      token_type: 'Bearer' as const,
      expires_in: pair.expiresInSeconds,
      user_id: account.id,
      username: account.username,
      email: account.email,
    },
  };
});
