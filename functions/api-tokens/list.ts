import { requireApiTokens } from '#lib/api-tokens/api-token-rules.ts';
import { dynamoApiTokenStore } from '#lib/api-tokens/api-token-store.dynamo.ts';
import { viewApiTokens } from '#lib/api-tokens/api-token-view.ts';
import { listApiTokens } from '#lib/api-tokens/list-api-tokens.ts';
import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { list } from './contract.ts';

const settings = readSettings();
const needs = { tokens: dynamoApiTokenStore(settings), users: dynamoUserStore(settings), rules: tokenRules(settings), now };

export const handler = endpoint(list, async ({ caller }) => {
  requireApiTokens(settings);
  return viewApiTokens(await listApiTokens(needs, caller));
});
