import { now } from '#lib/clock.ts';
import { codeRules } from '#lib/codes/code-rules.ts';
import { dynamoCodeStore } from '#lib/codes/code-store.dynamo.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { throttle } from '#lib/throttle/throttle.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { dynamoAddressStore } from '#lib/users/address-store.dynamo.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { verifyAddress } from '#lib/users/verify-address.ts';
import { verify } from './contract.ts';

const settings = readSettings();
const lookupSecret = ssmLookupSecret(settings);
const needs = {
  users: dynamoUserStore(settings),
  codes: dynamoCodeStore(settings),
  addresses: dynamoAddressStore(settings),
  throttle: throttle({ lookupSecret, counters: dynamoCounterStore(settings), now }),
  lookupSecret,
  rules: tokenRules(settings),
  now,
  ...codeRules(settings),
};

export const handler = endpoint(verify, async ({ body, ...asker }) => {
  const outcome = await verifyAddress(needs, body, asker);
  return outcome.isVerified ? { verified: true } : { verified: false, retry_after: outcome.retryAfterSeconds };
});
