import { hooks } from '#hooks.ts';
import { now } from '#lib/clock.ts';
import { additionTo } from '#lib/hooks/addition.ts';
import { Answer } from '#lib/http/answer.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { ssmDjangoKey } from '#lib/keys/django-key.ssm.ts';
import { foreignKeys } from '#lib/keys/foreign-keys.ts';
import { ssmKeyStore } from '#lib/keys/key-store.ssm.ts';
import { readSettings } from '#lib/settings/parse.ts';
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

export const handler = endpoint(verify, async ({ body }) => {
  return new Answer(await checkToken(needs, body.token)) as Answer<void>; // the contract drops it where no hook names it
});
