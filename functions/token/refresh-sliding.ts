import { hooks } from '#hooks.ts';
import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { ssmKeyStore } from '#lib/keys/key-store.ssm.ts';
import { refreshHooks } from '#lib/sessions/refresh-hooks.ts';
import { renewSliding } from '#lib/sessions/renew-sliding.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { slidingRules } from '#lib/sessions/sliding-rules.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { requestLimits } from '#lib/throttle/request-limits.ts';
import { dynamoStandingStore } from '#lib/tokens/standing-store.dynamo.ts';
import { refreshSliding } from './contract.ts';

const settings = readSettings();
const { keySet, signingKey } = ssmKeyStore(settings);
const { personal, mayEnter, addition, asksHooksFirst } = refreshHooks(settings, hooks, 'SLIDING_TOKEN_REFRESH_SERIALIZER');
const needs = {
  keySet,
  signingKey,
  sessions: dynamoSessionStore(settings),
  standing: dynamoStandingStore(settings),
  personal,
  mayEnter,
  addition,
  asksHooksFirst,
  now,
  ...slidingRules(settings),
};
const limits = requestLimits(refreshSliding.name, settings, {
  counters: dynamoCounterStore(settings),
  lookupSecret: ssmLookupSecret(settings),
  now,
});

export const handler = endpoint(refreshSliding, async ({ body, client }) => {
  const { token, added } = await renewSliding(
    { ...needs, standing: { standingOf: limits.read(needs.standing.standingOf, client) } },
    body.token,
  );
  return { ...added, token };
});
