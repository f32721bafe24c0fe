import { now } from '#lib/clock.ts';
import { authorizer } from '#lib/http/authorizer.ts';
import { bySchemes } from '#lib/http/scheme.ts';
import { ssmDjangoKey } from '#lib/keys/django-key.ssm.ts';
import { foreignKeys } from '#lib/keys/foreign-keys.ts';
import { ssmKeyStore } from '#lib/keys/key-store.ssm.ts';
import { readSettings } from '#lib/settings.ts';
import { byAccessCookie } from '#lib/tokens/access-cookie.ts';
import { bearer } from '#lib/tokens/bearer.ts';
import { dynamoStandingStore } from '#lib/tokens/standing-store.dynamo.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';

const settings = readSettings();
const tokens = {
  ...ssmKeyStore(settings),
  foreignKeys: foreignKeys(settings, { djangoKey: ssmDjangoKey(settings) }),
  standing: settings.REVOCATION_CHECK === 'lazy' ? undefined : dynamoStandingStore(settings),
  rules: tokenRules(settings),
  now,
};

const schemes = { bearer: bearer(tokens, settings.AUTH_TOKEN_CLASSES) };
const byCookie = byAccessCookie(settings, schemes.bearer);

export const handler = authorizer((asked) => bySchemes(schemes, asked.header('authorization') ?? '', byCookie && (() => byCookie(asked))), {
  isKept: settings.AUTHORIZER_CACHE > 0,
});
