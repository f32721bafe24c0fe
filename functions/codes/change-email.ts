import { dynamoApiTokenStore } from '#lib/api-tokens/api-token-store.dynamo.ts';
import { now } from '#lib/clock.ts';
import { dynamoCodeStore } from '#lib/codes/code-store.dynamo.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { throttle } from '#lib/throttle/throttle.ts';
import { addressRules } from '#lib/users/address-rules.ts';
import { dynamoAddressStore } from '#lib/users/address-store.dynamo.ts';
import { changeAddress, viewExchanged } from '#lib/users/change-address.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { changeEmail } from './contract.ts';

const settings = readSettings();
const lookupSecret = ssmLookupSecret(settings);
const needs = {
  users: dynamoUserStore(settings),
  codes: dynamoCodeStore(settings),
  addresses: dynamoAddressStore(settings),
  sessions: dynamoSessionStore(settings),
  apiTokens: dynamoApiTokenStore(settings),
  throttle: throttle({ lookupSecret, counters: dynamoCounterStore(settings), now }),
  lookupSecret,
  now,
  ...addressRules(settings),
};

export const handler = endpoint(changeEmail, async ({ body: { email: address, ...rest }, ...asker }) =>
  viewExchanged(await changeAddress(needs, { kind: 'email', address, ...rest }, asker)),
);
