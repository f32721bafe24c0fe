import { attributes } from '#attributes.ts';
import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { askForFreshLogin } from '#lib/sessions/fresh-login.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { dynamoChangeStore } from '#lib/users/change-store.dynamo.ts';
import { judgeOf } from '#lib/users/judge.ts';
import { userShown } from '#lib/users/show-user.ts';
import { suspendUser } from '#lib/users/suspend-user.ts';
import { dynamoUserReader } from '#lib/users/user-reader.dynamo.ts';
import { suspend } from './contract.ts';

const settings = readSettings();
const needs = {
  reader: dynamoUserReader(settings),
  changes: dynamoChangeStore(settings),
  sessions: dynamoSessionStore(settings),
  rules: tokenRules(settings),
  freshSeconds: settings.FRESH_LOGIN_LIFETIME,
  now,
};
const shown = userShown(settings, attributes);

export const handler = endpoint(
  suspend,
  async ({ judged, caller, body: { reason, until }, origin }) => {
    await askForFreshLogin(needs, caller, judged.user.id);
    const user = await suspendUser(needs, judged, { reason, until: until ?? undefined });
    return shown({ ...judged, user }, origin);
  },
  judgeOf(needs, suspend.judged),
);
