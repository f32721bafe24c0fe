import { hooks } from '#hooks.ts';
import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { dynamoProofStore } from '#lib/human-check/proof-store.dynamo.ts';
import { ssmKeyStore } from '#lib/keys/key-store.ssm.ts';
import { dynamoEventStore } from '#lib/outbox/event-store.dynamo.ts';
import { slidingSessionOpener } from '#lib/sessions/open-sliding-session.ts';
import { slidingOpeningNeeds } from '#lib/sessions/opening-rules.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { login } from '#lib/sign-in/login.ts';
import { loginNeeds } from '#lib/sign-in/sign-in-needs.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { obtainSliding } from './contract.ts';

const settings = readSettings();
const adapters = {
  users: dynamoUserStore(settings),
  sessions: dynamoSessionStore(settings),
  events: dynamoEventStore(settings),
  counters: dynamoCounterStore(settings),
  proofs: dynamoProofStore(settings),
  keys: ssmKeyStore(settings),
  lookupSecret: ssmLookupSecret(settings),
  now,
};
const open = slidingSessionOpener(slidingOpeningNeeds(settings, hooks, adapters));
const needs = loginNeeds({ settings, hooks, adapters, open });

export const handler = endpoint(obtainSliding, async ({ body, ...sent }) => {
  const { opened, device } = await login(needs, body, sent);
  return { ...opened.added, token: opened.token, device };
});
