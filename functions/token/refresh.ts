import { hooks } from '#hooks.ts';
import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { ssmDjangoKey } from '#lib/keys/django-key.ssm.ts';
import { foreignKeys } from '#lib/keys/foreign-keys.ts';
import { ssmKeyStore } from '#lib/keys/key-store.ssm.ts';
import { keysByUrl } from '#lib/keys/keys-by-url.ts';
import { viewPair } from '#lib/sessions/pair-view.ts';
import { refreshByCookie } from '#lib/sessions/refresh-by-cookie.ts';
import { refreshHooks } from '#lib/sessions/refresh-hooks.ts';
import { refreshSession } from '#lib/sessions/refresh-session.ts';
import { sessionRules } from '#lib/sessions/session-rules.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings.ts';
import { dynamoStandingStore } from '#lib/tokens/standing-store.dynamo.ts';
import { refresh } from './contract.ts';

const settings = readSettings();
const needs = {
  ...sessionRules(settings),
  ...refreshHooks(settings, hooks),
  ...ssmKeyStore(settings),
  foreignKeys: foreignKeys(settings, { djangoKey: ssmDjangoKey(settings), urlKey: keysByUrl(settings) }),
  sessions: dynamoSessionStore(settings),
  standing: dynamoStandingStore({ ...settings, SESSIONS_TABLE: undefined }), // the rotation itself says what the session is like
  now,
};

export const handler = endpoint(refresh, async ({ body, client, ...browser }) => {
  const renew = (token: string) => refreshSession(needs, token, client);
  if (body.refresh === undefined) return viewPair(await refreshByCookie({ ...needs, renew }, browser), needs.cookies.renew);
  const { access, refresh: next, added } = await renew(body.refresh);
  return settings.ROTATE_REFRESH_TOKENS ? { ...added, access, refresh: next } : { ...added, access };
});
