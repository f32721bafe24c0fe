import { requireApiTokens } from '#lib/api-tokens/api-token-rules.ts';
import { dynamoApiTokenStore } from '#lib/api-tokens/api-token-store.dynamo.ts';
import { revokeApiToken } from '#lib/api-tokens/revoke-api-token.ts';
import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { revoke } from './contract.ts';

const settings = readSettings();
const needs = { tokens: dynamoApiTokenStore(settings), now };

export const handler = endpoint(revoke, async ({ caller, params: { token_id: id = '' } }) => {
  requireApiTokens(settings);
  await revokeApiToken(needs, { userId: caller.sub, id });
});
