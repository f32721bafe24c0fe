import { randomInt } from 'node:crypto';
import { hooks } from '#hooks.ts';
import { apiTokenRules, requireApiTokens } from '#lib/api-tokens/api-token-rules.ts';
import { dynamoApiTokenStore } from '#lib/api-tokens/api-token-store.dynamo.ts';
import { viewCreatedApiToken } from '#lib/api-tokens/api-token-view.ts';
import { createApiToken } from '#lib/api-tokens/create-api-token.ts';
import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { guard } from '#lib/human/guard.ts';
import { dynamoProofStore } from '#lib/human/proof-store.dynamo.ts';
import type { Opening } from '#lib/sessions/open-session.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { loginRules } from '#lib/sign-in/account-rules.ts';
import { login } from '#lib/sign-in/login.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { obtain } from './contract.ts';

const settings = readSettings();
const making = { ...apiTokenRules(settings), tokens: dynamoApiTokenStore(settings), now, pickBelow: randomInt };
const stores = { users: dynamoUserStore(settings), counters: dynamoCounterStore(settings), proofs: dynamoProofStore(settings) };
const guards = guard(settings, 'HUMAN_CHECK_LOGIN', { ...stores, lookupSecret: ssmLookupSecret(settings), now });
const entering = { ...loginRules(settings, hooks), ...stores, ...guards, now };

export const handler = endpoint(obtain, async ({ body, ...asked }) => {
  requireApiTokens(settings);
  const needs = { ...entering, open: ({ account }: Opening) => createApiToken(making, account, body) };
  return viewCreatedApiToken((await login(needs, body, asked)).opened);
});
