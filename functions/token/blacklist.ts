import { hooks } from '#hooks.ts';
import { now } from '#lib/clock.ts';
import { additionTo } from '#lib/hooks/addition.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { ssmDjangoKey } from '#lib/keys/django-key.ssm.ts';
import { foreignKeys } from '#lib/keys/foreign-keys.ts';
import { ssmKeyStore } from '#lib/keys/key-store.ssm.ts';
import { blacklistToken } from '#lib/sessions/blacklist-token.ts';
import { sessionRules } from '#lib/sessions/session-rules.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { requestLimits } from '#lib/throttle/request-limits.ts';
import { dynamoStandingStore } from '#lib/tokens/standing-store.dynamo.ts';
import { blacklist } from './contract.ts';

const settings = readSettings();
const needs = {
  keySet: ssmKeyStore(settings).keySet,
  foreignKeys: foreignKeys(settings, { djangoKey: ssmDjangoKey(settings) }),
  sessions: dynamoSessionStore(settings),
  standing: dynamoStandingStore(settings),
  addition: additionTo('TOKEN_BLACKLIST_SERIALIZER', hooks),
  now,
  ...sessionRules(settings),
};
const limits = requestLimits(blacklist.name, settings, {
  counters: dynamoCounterStore(settings),
  lookupSecret: ssmLookupSecret(settings),
  now,
});

export const handler = endpoint(blacklist, async ({ body, client }) => {
  return await blacklistToken({ ...needs, standing: { standingOf: limits.read(needs.standing.standingOf, client) } }, body.text, body.type);
});
