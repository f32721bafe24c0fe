import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '#local/gateway/gateway.ts';
import { type Answered, hasSimplejwt, startSimplejwt } from '../support/simplejwt.ts';
import { type Ask, claimsIn, headerIn, requests, type Side, type Tokens } from './contract-requests.ts';
import { tablesOf } from './tables.ts';
import { type Body, type NewUser, newUser, register, signIn, signInSliding } from './users.ts';

const secret = 'the same secret on both sides, so that both can be lied to';
/** Gatehouse always rotates with a blacklist; simplejwt does with these settings. */
const simplejwtSettings = { ALGORITHM: 'HS256', SIGNING_KEY: secret, ROTATE_REFRESH_TOKENS: true, BLACKLIST_AFTER_ROTATION: true };
const settings = { ALGORITHM: 'HS256', LOGIN_RATE_ACCOUNT: 'off', LOGIN_RATE_ADDRESS: 'off' };

let gateway: Gateway;
let simplejwt: Awaited<ReturnType<typeof startSimplejwt>>;
let ours: Side;
let theirs: Side;
beforeAll(async () => {
  gateway = await startGateway({ settings: settings, keys: { SIGNING_KEY: secret }, instances: 1 });
  ours = await ourSide();
  if (!hasSimplejwt) return;
  simplejwt = await startSimplejwt(simplejwtSettings);
  theirs = await theirSide();
});
afterAll(async () => {
  await simplejwt?.stop();
  await gateway?.stop();
});

async function ourSide(): Promise<Side> {
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

async function theirSide(): Promise<Side> {
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
function summaryOf({ status, headers, body }: Answered, hasCode = true): string {
  if (status < 400) return [status, Object.keys(Object(body)).join(', ')].filter(Boolean).join(' ');
  const { detail, code, errors, ...rest } = Object(typeof body === 'object' ? body : {}) as {
    detail?: string;
    code?: string;
    errors?: object;
  };
  const fields = errors ?? (detail === undefined ? rest : {});
  const sentences = Object.entries(fields).map(([field, list]) => `${field}: ${[list].flat().join(' ')}`);
  const said = sentences.length > 0 ? sentences.join('; ') : String(detail ?? '').replace(/ - .*/, '');
  const isBare = status === 401 && !headers['www-authenticate'];
  const allow = headers['allow'] ? `Allow: ${headers['allow']}` : '';
  const shownCode = hasCode && code && sentences.length === 0 ? code : '';
  return [`${status} ${said}`.trim(), shownCode, status === 405 ? allow : '', isBare ? 'no WWW-Authenticate' : '']
    .filter(Boolean)
    .join(' · ');
}

type Row = { readonly request: string; readonly simplejwt: string; readonly gatehouse: string };
const document = readFileSync(new URL('../../docs/simplejwt.md', import.meta.url), 'utf8');
/** The table of differences in docs/simplejwt.md. */
const documented = document.split('\n').flatMap((line) => {
  const [, request = '', simplejwt = '', gatehouse = '', why = ''] = line.split(' | ').length === 4 ? line.split(/^\| | \| | \|$/) : [];
  return request && why && request !== 'request' && !request.startsWith('---') ? [{ request, simplejwt, gatehouse }] : [];
});

describe.skipIf(!hasSimplejwt)('compared with the real simplejwt, Gatehouse', () => {
  it('gives the same answers, except for the differences in docs/simplejwt.md', { timeout: 300_000 }, async () => {
    const differences: Row[] = [];
    const challenges: string[] = [];
    for (const [request, ask] of requests) {
      const [one, other] = [await ask(theirs), await ask(ours)];
      const hasCode = (one.body as Body | undefined)?.['code'] !== undefined;
      const row = { request, simplejwt: summaryOf(one), gatehouse: summaryOf(other, hasCode) };
      if (row.simplejwt !== row.gatehouse) differences.push(row);
      const [theirChallenge = '', ourChallenge] = [one.headers['www-authenticate'], other.headers['www-authenticate']];
      if (other.status === 401 && ourChallenge && !ourChallenge.startsWith(theirChallenge)) challenges.push(request);
    }
    expect(challenges).toEqual([]);
    expect(documented).toEqual(differences);
  });

  it('puts into tokens the claims of simplejwt and those listed in docs/simplejwt.md', () => {
    const names = (side: Side) =>
      [headerIn(side.pair.access), claimsIn(side.pair.access), claimsIn(side.pair.refresh), claimsIn(side.pair.sliding)].map(Object.keys);
    expect(names(theirs)).toEqual([
      ['alg', 'typ'],
      ['token_type', 'exp', 'iat', 'jti', 'user_id'],
      ['token_type', 'exp', 'iat', 'jti', 'user_id'],
      ['token_type', 'exp', 'iat', 'jti', 'refresh_exp', 'user_id'],
    ]);
    expect(names(ours)).toEqual([
      ['alg', 'typ', 'kid'],
      ['token_type', 'exp', 'iat', 'jti', 'user_id', 'sid', 'epoch', 'roles', 'ability'],
      ['token_type', 'exp', 'iat', 'jti', 'user_id', 'sid', 'epoch', 'generation'],
      ['token_type', 'exp', 'iat', 'jti', 'refresh_exp', 'user_id', 'sid', 'epoch', 'roles', 'ability'],
    ]);
    for (const name of ['kid', 'sid', 'epoch', 'generation', 'roles', 'ability']) expect(document).toContain(`\`${name}\``);
    const jti = /^[0-9a-f]{32}$/;
    for (const { pair } of [theirs, ours])
      expect(claimsIn(pair.access)).toMatchObject({ token_type: 'access', jti: expect.stringMatching(jti) });
    expect([typeof claimsIn(theirs.pair.access)['user_id'], typeof claimsIn(ours.pair.access)['user_id']]).toEqual(['number', 'string']);
  });
});

describe('Gatehouse', () => {
  it('gives the answers that docs/simplejwt.md lists as differences', { timeout: 300_000 }, async () => {
    expect(documented.length).toBeGreaterThan(10);
    for (const { request, gatehouse } of documented) {
      const ask = requests.find(([name]) => name === request)?.[1];
      const answer = await (ask ?? expect.unreachable(`${request} is not in contract-requests.ts`))(ours);
      expect([request, [summaryOf(answer), summaryOf(answer, false)]]).toEqual([request, expect.arrayContaining([gatehouse])]);
    }
  });
});
