import { attributes } from '#attributes.ts';
import { dynamoApiTokenStore } from '#lib/api-tokens/api-token-store.dynamo.ts';
import { dynamoAuditStore } from '#lib/audit/audit-store.dynamo.ts';
import { recordReading } from '#lib/audit/record-reading.ts';
import { pictureUrl } from '#lib/avatars/picture-url.ts';
import { now } from '#lib/clock.ts';
import { Answer } from '#lib/http/answer.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { dynamoEventStore } from '#lib/outbox/event-store.dynamo.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { requestLimits } from '#lib/throttle/request-limits.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { exportPerson } from '#lib/users/export-person.ts';
import { judgeOf } from '#lib/users/judge.ts';
import { viewPerson } from '#lib/users/person-view.ts';
import { dynamoUserReader } from '#lib/users/user-reader.dynamo.ts';
import { exported } from './contract.ts';

const settings = readSettings();
const needs = {
  reader: dynamoUserReader(settings),
  sessions: dynamoSessionStore(settings),
  tokens: dynamoApiTokenStore(settings),
  audit: dynamoAuditStore(settings),
  events: dynamoEventStore(settings),
  rules: tokenRules(settings),
  now,
};
const limits = requestLimits(exported.name, settings, {
  counters: dynamoCounterStore(settings),
  lookupSecret: ssmLookupSecret(settings),
  now,
});
const judge = limits.judge(judgeOf(needs, exported.judged, { reads: 'all' }));

export const handler = endpoint(
  exported,
  async ({ judged: { actor, user }, caller, origin }) => {
    if (actor.id !== user.id) await recordReading(needs, user.id);
    const avatarUrl = (name: string) => pictureUrl(settings, origin, name);
    const view = viewPerson(await exportPerson(needs, user), { attributes, currentSid: caller.sid, avatarUrl });
    return new Answer(view, { headers: { 'content-disposition': 'attachment; filename="account.json"' } });
  },
  judge,
);
