import { now } from '#lib/clock.ts';
import { authorizer } from '#lib/http/authorizer.ts';
import { ssmKeyStore } from '#lib/keys/key-store.ssm.ts';
import { readSettings } from '#lib/settings.ts';
import { authenticate } from '#lib/tokens/authenticate.ts';
import { dynamoStandingStore } from '#lib/tokens/standing-store.dynamo.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';

const settings = readSettings();
const needs = {
  ...ssmKeyStore(settings),
  standing: dynamoStandingStore(settings),
  rules: tokenRules(settings),
  now,
};

export const handler = authorizer((authorization) => authenticate(needs, authorization));
