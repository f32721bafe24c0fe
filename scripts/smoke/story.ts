import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '#local/project.ts';
import { demand, textAt } from '../tour/guide.ts';
import type { Account } from './account.ts';
import type { Ask, Steps } from './steps.ts';

type Session = { readonly id: string; readonly access: string; readonly refresh: string };

/**
 * Does what clients do: signs up, in and out, and shows a picture. It leaves nothing behind, also after a failure. `origin` is
 * that of a web client which the stage lets in, if one is known.
 */
export async function tellSmoke(steps: Steps, account: Account, origin: string | undefined): Promise<void> {
  const { step, always } = steps;
  await step('the service answers, with and without a slash', bothForms);
  await step('its headers protect a browser', headers);
  await step('it has keys', async (ask) => void (await ask({ method: 'GET', path: '/.well-known/jwks.json' }, 200)));
  await step('a page of another origin stays out', (ask) => preflight(ask, 'https://smoke.invalid', undefined));
  if (origin) await step('the web client is let in', (ask) => preflight(ask, origin, origin));
  const before = steps.hasFailed();
  const isSure = account.isCanary || (await step('a user registers', async (ask) => await register(ask, account)));
  let session: Session | undefined;
  for (const [field, value] of account.identifiers) {
    session = (await step(`signs in with ${field}`, (ask) => logIn(ask, { [field]: value }, account.password))) ?? session;
  }
  const renewed = session && (await step('gets new tokens', (ask) => refresh(ask, session)));
  const { id = '', access = '' } = renewed ?? session ?? {};
  await step(
    'the token is valid',
    async (ask) => void (await ask({ method: 'POST', path: '/token/verify/', json: { token: access } }, 200)),
  );
  const picture = await step('uploads a picture', (ask) => upload(ask, id, access));
  await step('the picture opens', (ask) => open(ask, picture ?? ''));
  await step('signs out', (ask) => signOut(ask, access));
  if (before) return; // there was no account yet
  await always(account.isCanary ? 'cleans up the canary' : 'deletes the user', async (ask) => {
    await leaveNothing(ask, account).catch((error: Error) => {
      if (isSure || !/answers 401/.test(error.message)) throw error; // a user may be there although the answer was lost
    });
  });
}

async function bothForms(ask: Ask): Promise<void> {
  for (const path of ['/health/', '/health']) {
    demand(textAt(await ask({ method: 'GET', path }, 200), 'status') === 'ok', `${path} is not Gatehouse`);
  }
}

async function headers(ask: Ask): Promise<void> {
  const answer = await ask({ method: 'GET', path: '/health/' }, 200);
  demand(answer.headers.get('x-content-type-options') === 'nosniff', 'there is no X-Content-Type-Options: nosniff');
  demand(/max-age=\d{7,}/.test(answer.headers.get('strict-transport-security') ?? ''), 'there is no Strict-Transport-Security');
}

/** HTTP APIs answer a preflight 204 with the headers if the origin is listed, and without them if not. */
async function preflight(ask: Ask, origin: string, allowed: string | undefined): Promise<void> {
  const asked = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
  const answer = await ask({ method: 'OPTIONS', path: '/login/', headers: asked }, 204).catch((error: Error) => {
    if (allowed) throw error; // a stage without CORS has no route for OPTIONS
    return undefined;
  });
  const found = answer?.headers.get('access-control-allow-origin') ?? undefined;
  demand(found === allowed, `Access-Control-Allow-Origin is ${found}, and should be ${allowed}`);
}

async function register(ask: Ask, { identifiers, password }: Account): Promise<true> {
  const { username, ...others } = Object.fromEntries(identifiers);
  const json = { name: 'Smoke Test', username, ...others, password, password_confirmation: password };
  await ask({ method: 'POST', path: '/register/', json }, 201).catch((error: Error) => {
    if (!/human_check_required/.test(error.message)) throw error;
    throw new Error('the stage asks for a human check: give a canary account in SMOKE_USERNAME and SMOKE_PASSWORD');
  });
  return true;
}

async function logIn(ask: Ask, identifier: Record<string, string>, password: string): Promise<Session> {
  const answer = await ask({ method: 'POST', path: '/login/', json: { ...identifier, password } }, 200);
  demand(answer.headers.get('cache-control') === 'no-store', 'tokens may be kept in a cache: there is no Cache-Control: no-store');
  const [id, access, refresh] = (['user_id', 'access_token', 'refresh_token'] as const).map((name) => textAt(answer, 'data', name));
  return { id: id ?? '', access: access ?? '', refresh: refresh ?? '' };
}

async function refresh(ask: Ask, { id, refresh }: Session): Promise<Session> {
  const answer = await ask({ method: 'POST', path: '/token/refresh/', json: { refresh } }, 200);
  return { id, access: textAt(answer, 'access'), refresh };
}

async function upload(ask: Ask, id: string, token: string): Promise<string> {
  const bytes = new Uint8Array(readFileSync(join(projectFolder, 'tests', 'fixtures', 'photograph.jpg')));
  const file = { field: 'avatar', name: 'photograph.jpg', type: 'image/jpeg', bytes };
  return textAt(await ask({ method: 'POST', path: `/users/${id}/avatar/upload`, token, file }, 200), 'url');
}

async function open(ask: Ask, url: string): Promise<void> {
  const { headers, bytes } = await ask({ method: 'GET', path: url }, 200);
  demand(headers.get('content-type') === 'image/webp' && bytes.length > 0, 'it is no picture');
}

async function signOut(ask: Ask, token: string): Promise<void> {
  await ask({ method: 'POST', path: '/logout/', token, json: {} }, 200);
  await ask({ method: 'GET', path: '/users/me/', token }, 401);
}

/** Signs in again, because the session before may have ended, and deletes the user, or only the picture of a canary. */
async function leaveNothing(ask: Ask, { isCanary, identifiers, password }: Account): Promise<void> {
  const { id, access: token } = await logIn(ask, Object.fromEntries(identifiers.slice(0, 1)), password);
  await ask({ method: 'DELETE', path: isCanary ? `/users/${id}/avatar` : `/users/${id}/`, token }, 204);
  if (isCanary) await ask({ method: 'POST', path: '/logout/', token, json: { scope: 'global' } }, 200);
}
