import { dynamoApiTokenStore } from '#lib/api-tokens/api-token-store.dynamo.ts';
import { now } from '#lib/clock.ts';
import { Answer } from '#lib/http/answer.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { askForFreshLogin } from '#lib/sessions/fresh-login.ts';
import { sessionRules } from '#lib/sessions/session-rules.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { endSessionsOf } from '#lib/users/end-sessions-of.ts';
import { judgeOfOthers } from '#lib/users/judge.ts';
import { sessionsEnded } from '#lib/users/notice.ts';
import { dynamoUserReader } from '#lib/users/user-reader.dynamo.ts';
import { endAll } from './contract.ts';

const settings = readSettings();
const needs = {
  reader: dynamoUserReader(settings),
  sessions: dynamoSessionStore(settings),
  apiTokens: dynamoApiTokenStore(settings),
  freshSeconds: settings.FRESH_LOGIN_LIFETIME,
  now,
  ...sessionRules(settings),
};

export const handler = endpoint(
  endAll,
  async ({ caller, judged, language, query: { api_tokens: isEverything } }) => {
    if (judged) {
      await askForFreshLogin(needs, caller, judged.user.id);
      const notice = sessionsEnded(settings.EMAIL_SENDER !== 'off', judged.user, { language, now: now() });
      await endSessionsOf(needs, judged.user, { isEverything, notice });
    } else await endSessionsOf(needs, { id: caller.sub }, { isEverything });
    return new Answer<void>(undefined, { cookies: caller.isByCookie && !judged ? needs.cookies.take() : [] });
  },
  judgeOfOthers(needs, endAll.judged),
);
