import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { endOneSession } from '#lib/sessions/end-session.ts';
import { askForFreshLogin } from '#lib/sessions/fresh-login.ts';
import { sessionRules } from '#lib/sessions/session-rules.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { judgeOfOthers } from '#lib/users/judge.ts';
import { sessionsEnded } from '#lib/users/notice.ts';
import { dynamoUserReader } from '#lib/users/user-reader.dynamo.ts';
import { end } from './contract.ts';

const settings = readSettings();
const needs = {
  reader: dynamoUserReader(settings),
  sessions: dynamoSessionStore(settings),
  freshSeconds: settings.FRESH_LOGIN_LIFETIME,
  now,
  ...sessionRules(settings),
};

export const handler = endpoint(
  end,
  async ({ caller, judged, language, params: { sid = '' } }) => {
    if (!judged) return await endOneSession(needs, { userId: caller.sub, sid });
    await askForFreshLogin(needs, caller, judged.user.id);
    const notice = sessionsEnded(settings.EMAIL_SENDER !== 'off', judged.user, { language, now: now() });
    await endOneSession(needs, { userId: judged.user.id, sid }, notice);
  },
  judgeOfOthers(needs, end.judged),
);
