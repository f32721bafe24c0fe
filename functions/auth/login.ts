import { hooks } from '#hooks.ts';
import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { guard } from '#lib/human/guard.ts';
import { dynamoProofStore } from '#lib/human/proof-store.dynamo.ts';
import { ssmKeyStore } from '#lib/keys/key-store.ssm.ts';
import { sessionOpener } from '#lib/sessions/open-session.ts';
import { openingRules } from '#lib/sessions/opening-rules.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { loginRules } from '#lib/sign-in/account-rules.ts';
import { login } from '#lib/sign-in/login.ts';
import { viewLogin } from '#lib/sign-in/login-view.ts';
import { watchSignIns } from '#lib/sign-in/watch-sign-ins.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { login as route } from './contract.ts';

const settings = readSettings();
const opening = { ...openingRules(settings, hooks, 'LOGIN_ANSWER'), ...ssmKeyStore(settings), now };
const stores = { users: dynamoUserStore(settings), counters: dynamoCounterStore(settings), proofs: dynamoProofStore(settings) };
const guards = guard(settings, 'HUMAN_CHECK_LOGIN', { ...stores, lookupSecret: ssmLookupSecret(settings), now });
const sessions = dynamoSessionStore(settings);
const open = sessionOpener({ ...opening, sessions });
const needs = { ...loginRules(settings, hooks), ...stores, ...guards, open, watch: watchSignIns(settings, sessions), now };

export const handler = endpoint(route, async ({ body, ...sent }) =>
  viewLogin(opening.cookies.wanted(body, sent), await login(needs, body, sent), sent.language, settings.AUTH_HEADER_TYPES),
);
