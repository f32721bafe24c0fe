import { hooks } from '#hooks.ts';
import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { ssmDjangoKey } from '#lib/keys/django-key.ssm.ts';
import { foreignKeys } from '#lib/keys/foreign-keys.ts';
import { ssmKeyStore } from '#lib/keys/key-store.ssm.ts';
import { dynamoEventStore } from '#lib/outbox/event-store.dynamo.ts';
import { answerRefresh } from '#lib/sessions/answer-refresh.ts';
import { refreshHooks } from '#lib/sessions/refresh-hooks.ts';
import { refreshSession } from '#lib/sessions/refresh-session.ts';
import { sessionRules } from '#lib/sessions/session-rules.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { requestLimits } from '#lib/throttle/request-limits.ts';
import { dynamoStandingStore } from '#lib/tokens/standing-store.dynamo.ts';
import { theftNotices } from '#lib/users/theft-notice.ts';
import { dynamoUserReader } from '#lib/users/user-reader.dynamo.ts';
import { refresh } from './contract.ts';

const settings = readSettings();
const { keySet, signingKey } = ssmKeyStore(settings);
const { personal, mayEnter, addition, asksHooksFirst } = refreshHooks(settings, hooks);
const needs = {
  keySet,
  signingKey,
  foreignKeys: foreignKeys(settings, { djangoKey: ssmDjangoKey(settings) }),
  sessions: dynamoSessionStore(settings),
  events: dynamoEventStore(settings),
  standing: dynamoStandingStore({ ...settings, SESSIONS_TABLE: undefined }), // the rotation itself reads the session
  personal,
  mayEnter,
  addition,
  asksHooksFirst,
  now,
  ...sessionRules(settings),
};
const theftNoticeIn = theftNotices(settings, dynamoUserReader(settings));
const limits = requestLimits(refresh.name, settings, {
  counters: dynamoCounterStore(settings),
  lookupSecret: ssmLookupSecret(settings),
  now,
});

export const handler = endpoint(refresh, async ({ body, client, ...request }) => {
  const standing = { standingOf: limits.read(needs.standing.standingOf, client) };
  const renew = (token: string) => refreshSession({ ...needs, standing, theftNotice: theftNoticeIn(request.language) }, token, client);
  return await answerRefresh({ ...needs, renew }, body.refresh, request);
});
