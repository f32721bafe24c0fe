import { dynamoApiTokenStore } from '#lib/api-tokens/api-token-store.dynamo.ts';
import { now } from '#lib/clock.ts';
import { dynamoCodeStore } from '#lib/codes/code-store.dynamo.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { throttle } from '#lib/throttle/throttle.ts';
import { dynamoAddressStore } from '#lib/users/address-store.dynamo.ts';
import { verifyAddress } from '#lib/users/verify-address.ts';
import { verifyRules } from '#lib/users/verify-rules.ts';
import { verify } from './contract.ts';

const settings = readSettings();
const lookupSecret = ssmLookupSecret(settings);
const needs = {
  codes: dynamoCodeStore(settings),
  addresses: dynamoAddressStore(settings),
  sessions: dynamoSessionStore(settings),
  apiTokens: dynamoApiTokenStore(settings),
  throttle: throttle({ lookupSecret, counters: dynamoCounterStore(settings), now }),
  lookupSecret,
  now,
  ...verifyRules(settings),
};

export const handler = endpoint(verify, async ({ body, ...asker }) => {
  const outcome = await verifyAddress(needs, body, asker);
  return outcome.isVerified ? { verified: true } : { verified: false, retry_after: outcome.retryAfterSeconds };
});
