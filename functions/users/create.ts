import { randomInt } from 'node:crypto';
import { attributes } from '#attributes.ts';
import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { registrationRules } from '#lib/sign-in/account-rules.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { choosingRules } from '#lib/users/choosing-rules.ts';
import { createUser } from '#lib/users/create-user.ts';
import { judgeOfAll } from '#lib/users/judge.ts';
import { userShown } from '#lib/users/show-user.ts';
import { dynamoUserReader } from '#lib/users/user-reader.dynamo.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { create } from './contract.ts';

const settings = readSettings();
const { isCommonPassword, serviceWords, breaches } = choosingRules(settings);
const needs = {
  reader: dynamoUserReader(settings),
  users: dynamoUserStore(settings),
  rules: tokenRules(settings),
  declared: attributes,
  isCommonPassword,
  serviceWords,
  breaches,
  now,
  pickBelow: randomInt,
  ...registrationRules(settings),
};
const shown = userShown(settings, attributes);

export const handler = endpoint(
  create,
  async ({ judged: { actor }, body, origin }) => {
    const user = await createUser(needs, actor, body);
    return shown({ actor, user }, origin, { location: `${settings.API_PREFIX}/users/${user.id}/` });
  },
  judgeOfAll(needs, create.judged),
);
