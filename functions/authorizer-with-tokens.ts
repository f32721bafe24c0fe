import { apiTokenRules } from '#lib/api-tokens/api-token-rules.ts';
import { apiTokenScheme } from '#lib/api-tokens/api-token-scheme.ts';
import { dynamoApiTokenStore } from '#lib/api-tokens/api-token-store.dynamo.ts';
import { now } from '#lib/clock.ts';
import { authorizer } from '#lib/http/authorizer.ts';
import { ssmDjangoKey } from '#lib/keys/django-key.ssm.ts';
import { ssmKeyStore } from '#lib/keys/key-store.ssm.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { accessTokens } from '#lib/tokens/access-tokens.ts';
import { dynamoStandingStore } from '#lib/tokens/standing-store.dynamo.ts';
import { waysIn } from '#lib/tokens/ways-in.ts';

const settings = readSettings();
const jwt = accessTokens(settings, {
  keySet: ssmKeyStore(settings).keySet,
  djangoKey: ssmDjangoKey(settings),
  standing: dynamoStandingStore(settings),
  now,
});
const token = apiTokenScheme({ tokens: dynamoApiTokenStore(settings), now, ...apiTokenRules(settings) });

export const handler = authorizer(waysIn(settings, { jwt, token }), { isKept: settings.AUTHORIZER_CACHE > 0 });
