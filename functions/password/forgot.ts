import { now } from '#lib/clock.ts';
import { codeRules } from '#lib/codes/code-rules.ts';
import { dynamoCodeStore } from '#lib/codes/code-store.dynamo.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { humanCheckOf } from '#lib/human-check/human-check-of.ts';
import { dynamoProofStore } from '#lib/human-check/proof-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { claimedDevice, knownDevices } from '#lib/sign-in/known-device.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { throttle } from '#lib/throttle/throttle.ts';
import { forgotPassword } from '#lib/users/ask-for-code.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { forgot } from './contract.ts';

const settings = readSettings();
const lookupSecret = ssmLookupSecret(settings);
const proofs = dynamoProofStore(settings);
const needs = {
  users: dynamoUserStore(settings),
  codes: dynamoCodeStore(settings),
  throttle: throttle({ lookupSecret, counters: dynamoCounterStore(settings), now }),
  lookupSecret,
  now,
  knownDevices: knownDevices({ lookupSecret, deviceSeconds: settings.KNOWN_DEVICE_LIFETIME, now }),
  ...codeRules(settings),
};
const checkHuman = humanCheckOf(settings, 'HUMAN_CHECK_CODES', { proofs, throttle: needs.throttle, lookupSecret, now });

export const handler = endpoint(forgot, async ({ body, client, language, cookies }) => {
  const device = claimedDevice(body.device, cookies);
  const asker = { client, language, device, checkHuman: checkHuman.bind(undefined, body, client) };
  return { retry_after: (await forgotPassword(needs, body.identifier, asker)).retryAfterSeconds };
});
