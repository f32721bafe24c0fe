import { createHmac } from 'node:crypto';
import { randomId } from '#lib/ids.ts';
import type { Answered } from '../support/simplejwt.ts';
import type { TokenPair } from './seeds.ts';
import type { Body } from './users.ts';

export type Ask = {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly type?: string;
  readonly headers?: Record<string, string>;
};
/** Every kind of token that a user can have. */
export type Tokens = TokenPair & { readonly sliding: string };
/**
 * One of two services that get the same requests: simplejwt or Gatehouse. Ada is active. Bob is inactive and has
 * tokens.
 */
export type Side = {
  readonly ask: (asked: Ask) => Promise<Answered>;
  readonly secret: string;
  readonly ada: { readonly username: string; readonly password: string };
  readonly bob: { readonly username: string; readonly password: string; readonly pair: Tokens };
  /** Ada's tokens, from which tests make others. */
  readonly pair: Tokens;
};
type Request = (side: Side) => Promise<Answered>;

const parts = (token: string) => token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
export const claimsIn = (token: string): Body => JSON.parse(parts(token)[1] ?? '{}');
export const headerIn = (token: string): Body => JSON.parse(parts(token)[0] ?? '{}');
const now = () => Math.floor(Date.now() / 1000);

/** A token of that service with the given claims and header replaced; undefined leaves a claim out. */
function changed({ secret }: Side, token: string, claims: Body, header: Body = {}): string {
  const both = [
    { ...headerIn(token), ...header },
    { ...claimsIn(token), jti: randomId(), ...claims },
  ];
  const text = both.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

const send =
  (path: string, body: (side: Side) => unknown | Promise<unknown>): Request =>
  async (side) =>
    await side.ask({ method: 'POST', path, body: JSON.stringify(await body(side)) });
const raw =
  (path: string, body: string, type = 'application/json', method = 'POST'): Request =>
  async ({ ask }) =>
    await ask({ method, path, body, type });
const bearing =
  (header: (side: Side) => string | undefined): Request =>
  async (side) => {
    const authorization = header(side);
    return await side.ask({ method: 'GET', path: '/userInfo/', ...(authorization !== undefined && { headers: { authorization } }) });
  };
const newPair = async ({ ask, ada }: Side) => (await ask({ method: 'POST', path: '/token/', body: JSON.stringify(ada) })).body as TokenPair;
async function spent(side: Side): Promise<string> {
  const { refresh } = await newPair(side);
  await send('/token/refresh/', () => ({ refresh }))(side);
  return refresh;
}
async function blacklisted(side: Side): Promise<string> {
  const { refresh } = await newPair(side);
  await send('/token/blacklist/', () => ({ refresh }))(side);
  return refresh;
}

/** An id that no user has, of the type that this service uses. */
const noUser = ({ pair }: Side) => (typeof claimsIn(pair.access)['user_id'] === 'number' ? 987_654_321 : '987654321');
const garbled = (token: string) => `${token.slice(0, -6)}AAAAAA`;
/** Every way in which a token of a kind can be wrong. */
const wrongTokens = (kind: keyof Tokens): Record<string, (side: Side) => string> => ({
  'that is no token': () => 'x',
  'with another signature': ({ pair }) => garbled(pair[kind]),
  'of another algorithm': (side) => changed(side, side.pair[kind], {}, { alg: 'HS512' }),
  'of no algorithm': (side) => changed(side, side.pair[kind], {}, { alg: 'none' }),
  'that has expired': (side) => changed(side, side.pair[kind], { exp: now() - 1, iat: now() - 60 }),
  'made in the future': (side) => changed(side, side.pair[kind], { iat: now() + 60, exp: now() + 120 }),
  'of the other type': ({ pair }) => pair[kind === 'access' ? 'refresh' : 'access'],
  'without a type': (side) => changed(side, side.pair[kind], { token_type: undefined }),
  'without an end': (side) => changed(side, side.pair[kind], { exp: undefined }),
  'without an id': (side) => changed(side, side.pair[kind], { jti: undefined }),
  'without a user': (side) => changed(side, side.pair[kind], { user_id: undefined }),
});
const each = (name: string, tokens: Record<string, (side: Side) => string>, request: (token: (side: Side) => string) => Request) =>
  Object.entries(tokens).map(([wrong, token]) => [`${name} ${wrong}`, request(token)] as const);

const renew = (token: (side: Side) => string) => send('/token/sliding/refresh/', (side) => ({ token: token(side) }));

/** The requests of the contract by name. docs/simplejwt.md uses the same names. */
export const requests: readonly (readonly [name: string, request: Request])[] = [
  ['obtain', send('/token/', ({ ada }) => ada)],
  [
    'obtain, as a form',
    async (side) => await raw('/token/', new URLSearchParams(side.ada).toString(), 'application/x-www-form-urlencoded')(side),
  ],
  ['obtain with a wrong password', send('/token/', ({ ada }) => ({ ...ada, password: 'wrong' }))],
  ['obtain for an unknown user', send('/token/', () => ({ username: 'nobody', password: 'x' }))],
  ['obtain for an inactive user', send('/token/', ({ bob }) => ({ username: bob.username, password: bob.password }))],
  ['obtain with white space around the name', send('/token/', ({ ada }) => ({ ...ada, username: ` ${ada.username} ` }))],
  ['obtain with white space around the password', send('/token/', ({ ada }) => ({ ...ada, password: ` ${ada.password} ` }))],
  ['obtain with the name in capitals', send('/token/', ({ ada }) => ({ ...ada, username: ada.username.toUpperCase() }))],
  ['obtain without a password', send('/token/', ({ ada }) => ({ username: ada.username }))],
  ['obtain with an empty password', send('/token/', ({ ada }) => ({ ...ada, password: '' }))],
  ['obtain with null for a password', send('/token/', ({ ada }) => ({ ...ada, password: null }))],
  ['obtain with a list for a password', send('/token/', ({ ada }) => ({ ...ada, password: [ada.password] }))],
  ['obtain with a boolean for a name', send('/token/', ({ ada }) => ({ ...ada, username: true }))],
  ['obtain with a number for a name', send('/token/', ({ ada }) => ({ ...ada, username: 5 }))],
  ['obtain with NUL in the name', send('/token/', ({ ada }) => ({ ...ada, username: 'a\0b' }))],
  ['obtain with a list', raw('/token/', '[]')],
  ['obtain with broken JSON', raw('/token/', '{"username": ')],
  ['obtain with plain text', raw('/token/', 'x', 'text/plain')],
  ['obtain with GET', async ({ ask }) => await ask({ method: 'GET', path: '/token/' })],
  ['refresh', send('/token/refresh/', newPair)],
  ['refresh without a token', send('/token/refresh/', () => ({}))],
  ['refresh with an empty token', send('/token/refresh/', () => ({ refresh: '' }))],
  ['refresh with null', send('/token/refresh/', () => ({ refresh: null }))],
  ...each('refresh with one', wrongTokens('refresh'), (token) => send('/token/refresh/', (side) => ({ refresh: token(side) }))),
  ['refresh with a spent one, at once', send('/token/refresh/', async (side) => ({ refresh: await spent(side) }))],
  ['refresh with a blacklisted one', send('/token/refresh/', async (side) => ({ refresh: await blacklisted(side) }))],
  ['refresh of somebody inactive', send('/token/refresh/', ({ bob }) => bob.pair)],
  ['verify an access token', send('/token/verify/', ({ pair }) => ({ token: pair.access }))],
  ['verify a refresh token', send('/token/verify/', ({ pair }) => ({ token: pair.refresh }))],
  ['verify nothing', send('/token/verify/', () => ({}))],
  ['verify what is no token', send('/token/verify/', () => ({ token: 'x' }))],
  [
    'verify what has expired',
    send('/token/verify/', (side) => ({ token: changed(side, side.pair.access, { exp: now() - 1, iat: now() - 60 }) })),
  ],
  ['verify a blacklisted token', send('/token/verify/', async (side) => ({ token: await blacklisted(side) }))],
  ['verify a token of somebody inactive', send('/token/verify/', ({ bob }) => ({ token: bob.pair.access }))],
  ['obtain a sliding token', send('/token/sliding/', ({ ada }) => ada)],
  ['obtain a sliding token with a wrong password', send('/token/sliding/', ({ ada }) => ({ ...ada, password: 'wrong' }))],
  ['obtain a sliding token for an inactive user', send('/token/sliding/', ({ bob: { pair: _, ...bob } }) => bob)],
  ['obtain a sliding token without a password', send('/token/sliding/', ({ ada }) => ({ username: ada.username }))],
  ['renew a sliding token', send('/token/sliding/refresh/', ({ pair }) => ({ token: pair.sliding }))],
  ['renew without a token', send('/token/sliding/refresh/', () => ({}))],
  ['renew with an empty token', send('/token/sliding/refresh/', () => ({ token: '' }))],
  ['renew with null', send('/token/sliding/refresh/', () => ({ token: null }))],
  ...each('renew with one', wrongTokens('sliding'), renew),
  ['renew with one without refresh_exp', renew((side) => changed(side, side.pair.sliding, { refresh_exp: undefined }))],
  ['renew with one whose refresh_exp has passed', renew((side) => changed(side, side.pair.sliding, { refresh_exp: now() - 1 }))],
  ['renew with one of somebody inactive', renew(({ bob }) => bob.pair.sliding)],
  ['verify a sliding token', send('/token/verify/', ({ pair }) => ({ token: pair.sliding }))],
  ['blacklist a sliding token as one to refresh with', send('/token/blacklist/', ({ pair }) => ({ refresh: pair.sliding }))],
  ['blacklist', send('/token/blacklist/', newPair)],
  ['blacklist twice', send('/token/blacklist/', async (side) => ({ refresh: await blacklisted(side) }))],
  ['blacklist an access token', send('/token/blacklist/', ({ pair }) => ({ refresh: pair.access }))],
  ['blacklist what is no token', send('/token/blacklist/', () => ({ refresh: 'x' }))],
  ['call with a token', async (side) => ({ ...(await bearing(({ pair }) => `Bearer ${pair.access}`)(side)), body: {} })],
  ['call with no header', bearing(() => undefined)],
  ['call with another scheme', bearing(({ pair }) => `Basic ${pair.access}`)],
  ['call with the scheme in small letters', async (side) => ({ ...(await bearing(({ pair }) => `bearer ${pair.access}`)(side)) })],
  ['call with a tab after the scheme', async (side) => ({ ...(await bearing(({ pair }) => `Bearer\t${pair.access}`)(side)), body: {} })],
  ['call with the scheme alone', bearing(() => 'Bearer')],
  ['call with three words', bearing(({ pair }) => `Bearer ${pair.access} x`)],
  ['call with a sliding token', bearing(({ pair }) => `Bearer ${pair.sliding}`)],
  ...each('call with one', wrongTokens('access'), (token) => bearing((side) => `Bearer ${token(side)}`)),
  ['call as an unknown user', bearing((side) => `Bearer ${changed(side, side.pair.access, { user_id: noUser(side) })}`)],
  ['call as an inactive user', bearing(({ bob }) => `Bearer ${bob.pair.access}`)],
];
