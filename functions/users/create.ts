import { randomInt } from 'node:crypto';
import { attributes } from '#attributes.ts';
import { now } from '#lib/clock.ts';
import { codeRules } from '#lib/codes/code-rules.ts';
import { dynamoCodeStore } from '#lib/codes/code-store.dynamo.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { registrationRules } from '#lib/sign-in/account-rules.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { throttle } from '#lib/throttle/throttle.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { forgotPassword } from '#lib/users/ask-for-code.ts';
import { choosingRules } from '#lib/users/choosing-rules.ts';
import { createUser } from '#lib/users/create-user.ts';
import { judgeOfAll } from '#lib/users/judge.ts';
import { userShown } from '#lib/users/show-user.ts';
import { dynamoUserReader } from '#lib/users/user-reader.dynamo.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { create } from './contract.ts';

const settings = readSettings();
const users = dynamoUserStore(settings);
const lookupSecret = ssmLookupSecret(settings);
const sending = {
  users,
  codes: dynamoCodeStore(settings),
  throttle: throttle({ lookupSecret, counters: dynamoCounterStore(settings), now }),
  lookupSecret,
  now,
  ...codeRules(settings),
};
const { isCommonPassword, serviceWords, breaches } = choosingRules(settings);
const needs = {
  reader: dynamoUserReader(settings),
  users,
  sessions: dynamoSessionStore(settings),
  freshSeconds: settings.FRESH_LOGIN_LIFETIME,
  rules: tokenRules(settings),
  declared: attributes,
  isCommonPassword,
  serviceWords,
  breaches,
  invite: settings.EMAIL_SENDER === 'off' ? undefined : forgotPassword.bind(undefined, sending),
  now,
  pickBelow: randomInt,
  ...registrationRules(settings),
};
const shown = userShown(settings, attributes);

export const handler = endpoint(
  create,
  async ({ judged: { actor }, body, origin, ...asker }) => {
    const user = await createUser(needs, actor, body, asker);
    return shown({ actor, user }, origin, { location: `${settings.API_PREFIX}/users/${user.id}/` });
  },
  judgeOfAll(needs, create.judged),
);
