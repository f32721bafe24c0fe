import { dynamoAuditStore } from '#lib/audit/audit-store.dynamo.ts';
import { knownTo, viewEntries } from '#lib/audit/audit-view.ts';
import { readAudit } from '#lib/audit/read-audit.ts';
import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { dynamoEventStore } from '#lib/outbox/event-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { requestLimits } from '#lib/throttle/request-limits.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { judgeOf } from '#lib/users/judge.ts';
import { dynamoUserReader } from '#lib/users/user-reader.dynamo.ts';
import { ofUser } from './contract.ts';

const settings = readSettings();
const needs = {
  reader: dynamoUserReader(settings),
  audit: dynamoAuditStore(settings),
  events: dynamoEventStore(settings),
  rules: tokenRules(settings),
  lookupSecret: ssmLookupSecret(settings),
  now,
};
const limits = requestLimits(ofUser.name, settings, { ...needs, counters: dynamoCounterStore(settings) });
const judge = limits.judge(judgeOf(needs, ofUser.judged, { reads: 'all' }));

export const handler = endpoint(
  ofUser,
  async ({ judged: { actor, user }, query }) => {
    const { entries, next } = await readAudit(needs, actor.id, { ...query, user: user.id });
    return { results: viewEntries(entries, knownTo(actor, user.id)), next };
  },
  judge,
);
