import { randomInt } from 'node:crypto';
import { attributes } from '#attributes.ts';
import { pictureUrl } from '#lib/avatars/picture-url.ts';
import { now } from '#lib/clock.ts';
import { dynamoCodeStore } from '#lib/codes/code-store.dynamo.ts';
import { Answer } from '#lib/http/answer.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { humanCheckOf } from '#lib/human-check/human-check-of.ts';
import { dynamoProofStore } from '#lib/human-check/proof-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { registrationRules } from '#lib/sign-in/account-rules.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { throttle } from '#lib/throttle/throttle.ts';
import { dynamoAddressStore } from '#lib/users/address-store.dynamo.ts';
import { choosingRules } from '#lib/users/choosing-rules.ts';
import { register } from '#lib/users/register.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { viewUser } from '#lib/users/user-view.ts';
import { register as route } from './contract.ts';

const settings = readSettings();
const lookupSecret = ssmLookupSecret(settings);
const counting = throttle({ lookupSecret, counters: dynamoCounterStore(settings), now });
const proofs = dynamoProofStore(settings);
const codes = dynamoCodeStore(settings);
const addresses = dynamoAddressStore(settings);
const { isCommonPassword, serviceWords, breaches } = choosingRules(settings);
const needs = {
  users: dynamoUserStore(settings),
  throttle: counting,
  checkHuman: humanCheckOf(settings, 'HUMAN_CHECK_REGISTER', { proofs, throttle: counting, lookupSecret, now }),
  isCommonPassword,
  serviceWords,
  breaches,
  now,
  pickBelow: randomInt,
  ...registrationRules(settings, { codes, addresses, lookupSecret, now }),
};

export const handler = endpoint(route, async ({ body, client, language, origin }) => {
  const user = await register(needs, body, client, language);
  const view = viewUser(user, { attributes, reader: 'self', avatarUrl: (name) => pictureUrl(settings, origin, name) });
  return new Answer(view, { headers: { location: `${settings.API_PREFIX}/users/${user.id}/` } });
});
