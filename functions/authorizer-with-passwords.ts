import { hooks } from '#hooks.ts';
import { apiTokenRules } from '#lib/api-tokens/api-token-rules.ts';
import { apiTokenScheme } from '#lib/api-tokens/api-token-scheme.ts';
import { dynamoApiTokenStore } from '#lib/api-tokens/api-token-store.dynamo.ts';
import { now } from '#lib/clock.ts';
import { authorizer } from '#lib/http/authorizer.ts';
import { ssmDjangoKey } from '#lib/keys/django-key.ssm.ts';
import { ssmKeyStore } from '#lib/keys/key-store.ssm.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { loginRules } from '#lib/sign-in/account-rules.ts';
import { basic } from '#lib/sign-in/basic.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { throttle } from '#lib/throttle/throttle.ts';
import { accessTokens } from '#lib/tokens/access-tokens.ts';
import { dynamoStandingStore } from '#lib/tokens/standing-store.dynamo.ts';
import { waysIn } from '#lib/tokens/ways-in.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';

const settings = readSettings();
const lookup = { djangoKey: ssmDjangoKey(settings), standing: dynamoStandingStore(settings), now };
const jwt = accessTokens(settings, { ...ssmKeyStore(settings), ...lookup });
const token = apiTokenScheme({ ...apiTokenRules(settings), tokens: dynamoApiTokenStore(settings), now });
const counting = throttle({ lookupSecret: ssmLookupSecret(settings), counters: dynamoCounterStore(settings), now });
const byPassword = basic({ ...loginRules(settings, hooks), users: dynamoUserStore(settings), throttle: counting });

export const handler = authorizer(waysIn(settings, { jwt, token, basic: byPassword }), { isKept: settings.AUTHORIZER_CACHE > 0 });
