import { attributes } from '#attributes.ts';
import { hooks } from '#hooks.ts';
import { now } from '#lib/clock.ts';
import { dynamoCodeStore } from '#lib/codes/code-store.dynamo.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { humanCheckWhenFull } from '#lib/human-check/human-check-of.ts';
import { dynamoProofStore } from '#lib/human-check/proof-store.dynamo.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { throttle as throttleOf } from '#lib/throttle/throttle.ts';
import { dynamoAddressStore } from '#lib/users/address-store.dynamo.ts';
import { resetRules } from '#lib/users/password-rules.ts';
import { resetPassword } from '#lib/users/reset-password.ts';
import { reset } from './contract.ts';

const settings = readSettings();
const lookupSecret = ssmLookupSecret(settings);
const throttle = throttleOf({ lookupSecret, counters: dynamoCounterStore(settings), now });
const proofs = dynamoProofStore(settings);
const needs = {
  sessions: dynamoSessionStore(settings),
  codes: dynamoCodeStore(settings),
  addresses: dynamoAddressStore(settings),
  throttle,
  checkHuman: humanCheckWhenFull(settings, 'HUMAN_CHECK_LOGIN', { proofs, throttle, lookupSecret, now }),
  lookupSecret,
  declared: attributes,
  now,
  ...resetRules(settings, hooks),
};

export const handler = endpoint(reset, async ({ body, client, language }) => await resetPassword(needs, body, { client, language }));
