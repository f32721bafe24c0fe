import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { sessionRules } from '#lib/sessions/session-rules.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { loginLimits } from '#lib/sign-in/login-limits.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { throttle } from '#lib/throttle/throttle.ts';
import { dynamoAddressStore } from '#lib/users/address-store.dynamo.ts';
import { undoChange } from '#lib/users/undo-change.ts';
import { undo } from './contract.ts';

const settings = readSettings();
const lookupSecret = ssmLookupSecret(settings);
const needs = {
  addresses: dynamoAddressStore(settings),
  sessions: dynamoSessionStore(settings),
  throttle: throttle({ lookupSecret, counters: dynamoCounterStore(settings), now }),
  limits: loginLimits(settings),
  region: settings.DEFAULT_REGION,
  countries: settings.CODE_COUNTRIES,
  lookupSecret,
  now,
  ...sessionRules(settings),
};

export const handler = endpoint(undo, async ({ body, client }) => await undoChange(needs, body.token, client));
