import { now } from '#lib/clock.ts';
import { Answer } from '#lib/http/answer.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { askForFreshLogin } from '#lib/sessions/fresh-login.ts';
import { sessionCookies } from '#lib/sessions/session-cookies.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { dynamoChangeStore } from '#lib/users/change-store.dynamo.ts';
import { deleteUser } from '#lib/users/delete-user.ts';
import { judgeOf } from '#lib/users/judge.ts';
import { dynamoUserReader } from '#lib/users/user-reader.dynamo.ts';
import { remove } from './contract.ts';

const settings = readSettings();
const needs = {
  reader: dynamoUserReader(settings),
  changes: dynamoChangeStore(settings),
  sessions: dynamoSessionStore(settings),
  rules: tokenRules(settings),
  freshSeconds: settings.FRESH_LOGIN_LIFETIME,
  now,
};
const cookies = sessionCookies(settings);

export const handler = endpoint(
  remove,
  async ({ judged, caller }) => {
    await askForFreshLogin(needs, caller, judged.user.id);
    await deleteUser(needs, judged);
    const isGone = caller.isByCookie && judged.user.id === caller.sub;
    return new Answer<void>(undefined, { cookies: isGone ? cookies.take() : [] });
  },
  judgeOf(needs, remove.judged),
);
