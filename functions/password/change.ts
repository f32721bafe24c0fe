import { hooks } from '#hooks.ts';
import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { ssmKeyStore } from '#lib/keys/key-store.ssm.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { throttle } from '#lib/throttle/throttle.ts';
import { changePassword } from '#lib/users/change-password.ts';
import { viewPasswordChanged } from '#lib/users/password-changed-view.ts';
import { passwordRules } from '#lib/users/password-rules.ts';
import { dynamoPasswordStore } from '#lib/users/password-store.dynamo.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { change } from './contract.ts';

const settings = readSettings();
const needs = {
  users: dynamoUserStore(settings),
  sessions: dynamoSessionStore(settings),
  store: dynamoPasswordStore(settings),
  throttle: throttle({ lookupSecret: ssmLookupSecret(settings), counters: dynamoCounterStore(settings), now }),
  signingKey: ssmKeyStore(settings).signingKey,
  now,
  ...passwordRules(settings, hooks),
};

export const handler = endpoint(change, async ({ caller, body, ...sent }) => {
  const tokens = await changePassword(needs, caller, body, sent);
  return viewPasswordChanged(caller.isByCookie ? needs.cookies.give : undefined, tokens);
});
