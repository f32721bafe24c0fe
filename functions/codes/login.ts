import { attributes } from '#attributes.ts';
import { hooks } from '#hooks.ts';
import { now } from '#lib/clock.ts';
import { dynamoCodeStore } from '#lib/codes/code-store.dynamo.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { dynamoProofStore } from '#lib/human-check/proof-store.dynamo.ts';
import { ssmKeyStore } from '#lib/keys/key-store.ssm.ts';
import { dynamoEventStore } from '#lib/outbox/event-store.dynamo.ts';
import { sessionOpener } from '#lib/sessions/open-session.ts';
import { openingNeeds } from '#lib/sessions/opening-rules.ts';
import { sessionCookies } from '#lib/sessions/session-cookies.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { loginByCode } from '#lib/sign-in/login-by-code.ts';
import { viewLogin } from '#lib/sign-in/login-view.ts';
import { codeLoginNeeds } from '#lib/sign-in/sign-in-needs.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { dynamoAddressStore } from '#lib/users/address-store.dynamo.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { login } from './contract.ts';

const settings = readSettings();
const adapters = {
  users: dynamoUserStore(settings),
  sessions: dynamoSessionStore(settings),
  events: dynamoEventStore(settings),
  counters: dynamoCounterStore(settings),
  codes: dynamoCodeStore(settings),
  proofs: dynamoProofStore(settings),
  addresses: dynamoAddressStore(settings),
  keys: ssmKeyStore(settings),
  lookupSecret: ssmLookupSecret(settings),
  declared: attributes,
  now,
};
const open = sessionOpener(openingNeeds(settings, hooks, 'LOGIN_ANSWER', adapters));
const needs = codeLoginNeeds({ settings, hooks, adapters, open });
const cookies = sessionCookies(settings);

export const handler = endpoint(login, async ({ body, ...sent }) => {
  const give = cookies.wanted(body, sent); // throws before anything is counted or opened
  return viewLogin(give, await loginByCode(needs, body, sent), sent.language, settings.AUTH_HEADER_TYPES);
});
