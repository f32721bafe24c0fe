import { randomInt } from 'node:crypto';
import { now } from '#lib/clock.ts';
import { Answer } from '#lib/http/answer.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { captchaRules } from '#lib/human-check/human-rules.ts';
import { makeCaptcha } from '#lib/human-check/make-captcha.ts';
import { dynamoProofStore } from '#lib/human-check/proof-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { throttle } from '#lib/throttle/throttle.ts';
import { pictureHeaders, show } from './contract.ts';

const settings = readSettings();
const lookupSecret = ssmLookupSecret(settings);
const needs = {
  proofs: dynamoProofStore(settings),
  throttle: throttle({ lookupSecret, counters: dynamoCounterStore(settings), now }),
  lookupSecret,
  random: () => randomInt(2 ** 32) / 2 ** 32,
  now,
  ...captchaRules(settings),
};

export const handler = endpoint(
  show,
  async ({ params: { uuid = '' }, client }) => new Answer(await makeCaptcha(needs, uuid, client), { headers: pictureHeaders }),
);
