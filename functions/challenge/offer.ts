import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { challengeRules } from '#lib/human-check/human-rules.ts';
import { offerChallenge } from '#lib/human-check/offer-challenge.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { throttle } from '#lib/throttle/throttle.ts';
import { offer } from './contract.ts';

const settings = readSettings();
const lookupSecret = ssmLookupSecret(settings);
const needs = {
  throttle: throttle({ lookupSecret, counters: dynamoCounterStore(settings), now }),
  lookupSecret,
  now,
  ...challengeRules(settings),
};

export const handler = endpoint(offer, async ({ client }) => await offerChallenge(needs, client));
