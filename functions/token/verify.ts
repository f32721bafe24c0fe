import { hooks } from '#hooks.ts';
import { now } from '#lib/clock.ts';
import { additionTo } from '#lib/hooks/addition.ts';
import { Answer } from '#lib/http/answer.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { ssmDjangoKey } from '#lib/keys/django-key.ssm.ts';
import { foreignKeys } from '#lib/keys/foreign-keys.ts';
import { ssmKeyStore } from '#lib/keys/key-store.ssm.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { requestLimits } from '#lib/throttle/request-limits.ts';
import { checkToken } from '#lib/tokens/check-token.ts';
import { dynamoStandingStore } from '#lib/tokens/standing-store.dynamo.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { verify } from './contract.ts';

const settings = readSettings();
const needs = {
  keySet: ssmKeyStore(settings).keySet,
  foreignKeys: foreignKeys(settings, { djangoKey: ssmDjangoKey(settings) }),
  standing: dynamoStandingStore(settings),
  rules: tokenRules(settings),
  addition: additionTo('TOKEN_VERIFY_SERIALIZER', hooks),
  now,
};
const limits = requestLimits(verify.name, settings, {
  counters: dynamoCounterStore(settings),
  lookupSecret: ssmLookupSecret(settings),
  now,
});

export const handler = endpoint(verify, async ({ body, client }) => {
  return new Answer(
    await checkToken({ ...needs, standing: { standingOf: limits.read(needs.standing.standingOf, client) } }, body.token),
  ) as Answer<void>; // the contract drops it where no hook names it
});
