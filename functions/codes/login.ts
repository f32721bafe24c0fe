import { hooks } from '#hooks.ts';
import { now } from '#lib/clock.ts';
import { dynamoCodeStore } from '#lib/codes/code-store.dynamo.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { ssmKeyStore } from '#lib/keys/key-store.ssm.ts';
import { sessionOpener } from '#lib/sessions/open-session.ts';
import { openingRules } from '#lib/sessions/opening-rules.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { codeLoginRules } from '#lib/sign-in/account-rules.ts';
import { loginByCode } from '#lib/sign-in/login-by-code.ts';
import { viewLogin } from '#lib/sign-in/login-view.ts';
import { watchSignIns } from '#lib/sign-in/watch-sign-ins.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { throttle } from '#lib/throttle/throttle.ts';
import { dynamoAddressStore } from '#lib/users/address-store.dynamo.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { login } from './contract.ts';

const settings = readSettings();
const stores = { users: dynamoUserStore(settings), codes: dynamoCodeStore(settings), sessions: dynamoSessionStore(settings) };
const opening = { ...openingRules(settings, hooks, 'LOGIN_ANSWER'), ...ssmKeyStore(settings), ...stores, now };
const proving = { addresses: dynamoAddressStore(settings), lookupSecret: ssmLookupSecret(settings), now };
const counting = { ...codeLoginRules(settings, hooks), throttle: throttle({ ...proving, counters: dynamoCounterStore(settings) }) };
const needs = { ...stores, ...proving, ...counting, open: sessionOpener(opening), watch: watchSignIns(settings, stores.sessions) };

export const handler = endpoint(login, async ({ body, ...sent }) =>
  viewLogin(opening.cookies.wanted(body, sent), await loginByCode(needs, body, sent), sent.language, settings.AUTH_HEADER_TYPES),
);
