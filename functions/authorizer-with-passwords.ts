import { hooks } from '#hooks.ts';
import { apiTokenRules } from '#lib/api-tokens/api-token-rules.ts';
import { apiTokenScheme } from '#lib/api-tokens/api-token-scheme.ts';
import { dynamoApiTokenStore } from '#lib/api-tokens/api-token-store.dynamo.ts';
import { now } from '#lib/clock.ts';
import { authorizer } from '#lib/http/authorizer.ts';
import { ssmDjangoKey } from '#lib/keys/django-key.ssm.ts';
import { ssmKeyStore } from '#lib/keys/key-store.ssm.ts';
import { dynamoEventStore } from '#lib/outbox/event-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { basic } from '#lib/sign-in/basic.ts';
import { basicNeeds } from '#lib/sign-in/sign-in-needs.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { accessTokens } from '#lib/tokens/access-tokens.ts';
import { dynamoStandingStore } from '#lib/tokens/standing-store.dynamo.ts';
import { waysIn } from '#lib/tokens/ways-in.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';

const settings = readSettings();
const jwt = accessTokens(settings, {
  keySet: ssmKeyStore(settings).keySet,
  djangoKey: ssmDjangoKey(settings),
  standing: dynamoStandingStore(settings),
  now,
});
const token = apiTokenScheme({ tokens: dynamoApiTokenStore(settings), now, ...apiTokenRules(settings) });
const byPassword = basic(
  basicNeeds(settings, hooks, {
    users: dynamoUserStore(settings),
    events: dynamoEventStore(settings),
    counters: dynamoCounterStore(settings),
    lookupSecret: ssmLookupSecret(settings),
    now,
  }),
);

export const handler = authorizer(waysIn(settings, { jwt, token, basic: byPassword }), { isKept: settings.AUTHORIZER_CACHE > 0 });
