import { apiTokenRules } from '#lib/api-tokens/api-token-rules.ts';
import { apiTokenScheme } from '#lib/api-tokens/api-token-scheme.ts';
import { dynamoApiTokenStore } from '#lib/api-tokens/api-token-store.dynamo.ts';
import { now } from '#lib/clock.ts';
import { authorizer } from '#lib/http/authorizer.ts';
import { bySchemes, schemesBy } from '#lib/http/scheme.ts';
import { ssmKeyStore } from '#lib/keys/key-store.ssm.ts';
import { readSettings } from '#lib/settings.ts';
import { bearer } from '#lib/tokens/bearer.ts';
import { dynamoStandingStore } from '#lib/tokens/standing-store.dynamo.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';

const settings = readSettings();
const tokens = { ...ssmKeyStore(settings), standing: dynamoStandingStore(settings), rules: tokenRules(settings), now };

const schemes = schemesBy(settings.AUTH_HEADER_TYPES, {
  jwt: bearer(tokens),
  token: apiTokenScheme({ ...apiTokenRules(settings), tokens: dynamoApiTokenStore(settings), now }),
});
const name = settings.AUTH_HEADER_NAME.toLowerCase();

export const handler = authorizer(({ header, client }) => bySchemes(schemes, header(name) ?? '', client));
