import { afterAll } from 'vitest';
import { type Gateway, startGateway } from '#local/gateway/gateway.ts';
import { type Answered, hasSimplejwt, startSimplejwt } from '../support/simplejwt.ts';
import type { Ask, Side, Tokens } from './contract-requests.ts';
import { tablesOf } from './tables.ts';
import { type NewUser, newUser, register, signIn, signInSliding } from './users.ts';

type Simplejwt = Awaited<ReturnType<typeof startSimplejwt>>;

const secret = 'the same secret on both sides, so that both can be lied to';
/** Gatehouse always rotates with a blacklist; simplejwt does with these settings. */
const simplejwtSettings = { ALGORITHM: 'HS256', SIGNING_KEY: secret, ROTATE_REFRESH_TOKENS: true, BLACKLIST_AFTER_ROTATION: true };
const settings = { ALGORITHM: 'HS256', LOGIN_RATE_ACCOUNT: 'off', LOGIN_RATE_ADDRESS: 'off' };

/** Starts Gatehouse, and simplejwt if it is installed, until the tests of the file end. */
export async function bothSides(): Promise<{ readonly ours: Side; readonly theirs: Side | undefined }> {
  const gateway = await startGateway({ settings, keys: { SIGNING_KEY: secret }, instances: 1 });
  afterAll(async () => await gateway.stop());
  const ours = await ourSide(gateway);
  if (!hasSimplejwt) return { ours, theirs: undefined };
  const simplejwt = await startSimplejwt(simplejwtSettings);
  afterAll(async () => await simplejwt.stop());
  return { ours, theirs: await theirSide(simplejwt) };
}

async function ourSide(gateway: Gateway): Promise<Side> {
  const tables = tablesOf(gateway);
  const [ada, bob] = [newUser(), newUser()];
  const answers = [await register(gateway, ada), await register(gateway, bob)];
  const tokensOf = async (user: NewUser) => ({ ...(await signIn(gateway, user)), sliding: await signInSliding(gateway, user) });
  const pairs = [await tokensOf(ada), await tokensOf(bob)] as const;
  const [, { id } = { id: '' }] = (await Promise.all(answers.map((answer) => answer.json()))) as { id: string }[];
  await tables.set('users', { id }, 'is_active', false);
  tables.close();
  const ask = async ({ method, path, body, type = 'application/json', headers }: Ask) => {
    const answer = await gateway.fetch(path, {
      method,
      headers: { 'content-type': type, ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: text ? JSON.parse(text) : '' };
  };
  const { username, password } = bob;
  return {
    ask,
    secret,
    ada: { username: ada.username, password: ada.password },
    bob: { username, password, pair: pairs[1] },
    pair: pairs[0],
  };
}

async function theirSide(simplejwt: Simplejwt): Promise<Side> {
  const [ada, bob] = [newUser(), newUser()];
  const accounts = [ada, bob].map(({ username, password }, index) => ({ id: index + 1, username, password }));
  for (const account of accounts) await simplejwt.addUser(account);
  const pairs: Tokens[] = [];
  for (const { username, password } of accounts) {
    const { token: sliding } = (await simplejwt.post('/token/sliding/', { username, password })).body as { token: string };
    pairs.push({ ...((await simplejwt.post('/token/', { username, password })).body as Tokens), sliding });
  }
  await simplejwt.addUser({ ...accounts[1], is_active: false });
  const [pair, bobs] = pairs as [Tokens, Tokens];
  const { username, password } = bob;
  return {
    ask: simplejwt.ask,
    secret,
    ada: { username: ada.username, password: ada.password },
    bob: { username, password, pair: bobs },
    pair,
  };
}

/** The parts of a response that clients act on: status, messages, code, and the names of the fields in a success. */
export function summaryOf({ status, headers, body }: Answered, hasCode = true): string {
  if (status < 400) return [status, Object.keys(Object(body)).join(', ')].filter(Boolean).join(' ');
  const { detail, code, errors, ...rest } = Object(typeof body === 'object' ? body : {}) as {
    detail?: string;
    code?: string;
    errors?: object;
  };
  const fields = errors ?? (detail === undefined ? rest : {});
  const sentences = Object.entries(fields)
    .map(([field, list]) => `${field}: ${[list].flat().join(' ')}`)
    .sort();
  const said = sentences.length > 0 ? sentences.join('; ') : String(detail ?? '').replace(/ - .*/, '');
  const isBare = status === 401 && !headers['www-authenticate'];
  const allow = headers['allow'] ? `Allow: ${headers['allow']}` : '';
  const shownCode = hasCode && code && sentences.length === 0 ? code : '';
  return [`${status} ${said}`.trim(), shownCode, status === 405 ? allow : '', isBare ? 'no WWW-Authenticate' : '']
    .filter(Boolean)
    .join(' · ');
}
