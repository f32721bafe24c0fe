import { randomInt } from 'node:crypto';
import type { InferOutput } from 'valibot';
import { hooks } from '#hooks.ts';
import { apiTokenRules, requireApiTokens } from '#lib/api-tokens/api-token-rules.ts';
import { dynamoApiTokenStore } from '#lib/api-tokens/api-token-store.dynamo.ts';
import { viewCreatedApiToken } from '#lib/api-tokens/api-token-view.ts';
import { createApiToken } from '#lib/api-tokens/create-api-token.ts';
import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { dynamoProofStore } from '#lib/human-check/proof-store.dynamo.ts';
import { dynamoEventStore } from '#lib/outbox/event-store.dynamo.ts';
import type { Opening } from '#lib/sessions/open-session.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { login } from '#lib/sign-in/login.ts';
import { loginNeeds } from '#lib/sign-in/sign-in-needs.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { obtain } from './contract.ts';

const settings = readSettings();
const adapters = {
  users: dynamoUserStore(settings),
  events: dynamoEventStore(settings),
  counters: dynamoCounterStore(settings),
  proofs: dynamoProofStore(settings),
  lookupSecret: ssmLookupSecret(settings),
  now,
};
const creating = { tokens: dynamoApiTokenStore(settings), now, pickBelow: randomInt, ...apiTokenRules(settings) };
const open = ({ user }: Opening, asked: InferOutput<typeof obtain.body>) => createApiToken(creating, user, asked);
const needs = loginNeeds({ settings, hooks, adapters, open });

export const handler = endpoint(obtain, async ({ body, ...sent }) => {
  requireApiTokens(settings);
  const { opened } = await login(needs, body, sent);
  return viewCreatedApiToken(opened);
});
