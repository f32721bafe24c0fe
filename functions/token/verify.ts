import { hooks } from '#hooks.ts';
import { now } from '#lib/clock.ts';
import { additionTo } from '#lib/hooks/addition.ts';
import { Answer } from '#lib/http/answer.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { ssmKeyStore } from '#lib/keys/key-store.ssm.ts';
import { readSettings } from '#lib/settings.ts';
import { refusalProblem } from '#lib/tokens/refusal.ts';
import { dynamoStandingStore } from '#lib/tokens/standing-store.dynamo.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { verifyToken } from '#lib/tokens/verify-token.ts';
import { verify } from './contract.ts';

const settings = readSettings();
const addition = additionTo('TOKEN_VERIFY_SERIALIZER', hooks);
const needs = {
  ...ssmKeyStore(settings),
  standing: dynamoStandingStore(settings),
  rules: tokenRules(settings),
  now,
};

export const handler = endpoint(verify, async ({ body }) => {
  const outcome = await verifyToken(needs, body.token, ['access', 'refresh', 'sliding']);
  if ('refused' in outcome) throw refusalProblem(outcome);
  return new Answer(await addition(outcome.user)) as Answer<void>; // the contract drops it where no hook names it
});
