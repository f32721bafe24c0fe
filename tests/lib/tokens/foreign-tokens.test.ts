import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { type ForeignKeys, foreignKeys } from '#lib/keys/foreign-keys.ts';
import { believeToken } from '#lib/tokens/believe-token.ts';
import { sessionIdOf } from '#lib/tokens/foreign-claims.ts';
import { readToken } from '#lib/tokens/read-token.ts';
import type { TokenRules, TokenType } from '#lib/tokens/token.ts';
import { djangoKeys, djangoSecret, djangoToken } from './made-django.ts';
import { type Keys, madeKeys } from './made-keys.ts';
import { base64url, madeClaims, noonOfTokens, noonSeconds, rules, signed } from './made-token.ts';

let ours: Keys;
let django: ForeignKeys;
beforeAll(async () => {
  ours = await madeKeys();
  django = await djangoKeys();
});

type Given = { readonly foreign?: ForeignKeys | undefined; readonly types?: readonly TokenType[]; readonly rules?: Partial<TokenRules> };
async function judge(text: string, given: Given = {}) {
  const { foreign = django, types = ['access', 'refresh'] } = given;
  return await readToken(text, { keys: ours.set, foreignKeys: foreign, rules: { ...rules, ...given.rules }, now: noonOfTokens, types });
}
const refused = async (text: string, given: Given = {}) => {
  const outcome = await judge(text, given);
  return 'refused' in outcome ? outcome.refused : 'taken';
};

describe('a token that Django signed', () => {
  test('names its user, and has no session and the first epoch', async () => {
    expect(await judge(djangoToken())).toEqual({
      token_type: 'access',
      exp: noonSeconds + 300,
      iat: noonSeconds,
      jti: 'd'.repeat(32),
      user_id: '42',
      epoch: 0,
    });
  });

  test('has its user as a number or a string, and may lack iat', async () => {
    expect(await judge(djangoToken({ user_id: '0193' }))).toMatchObject({ user_id: '0193' });
    expect(await judge(djangoToken({ iat: undefined }))).toMatchObject({ user_id: '42', iat: 0 });
    for (const user_id of [undefined, '', 4.2, -1, null, true, ['42'], { id: 42 }, 'x'.repeat(129), 2 ** 60])
      expect(await refused(djangoToken({ user_id })), String(user_id)).toBe('invalid');
  });

  test('to refresh with names a session derived from it, one generation before the first', async () => {
    const claims = await judge(djangoToken({ token_type: 'refresh' }));
    expect(claims).toMatchObject({ generation: -1, sid: sessionIdOf('d'.repeat(32)) });
    expect(sessionIdOf('d'.repeat(32))).toMatch(/^[0-9a-f]{32}$/);
    expect(sessionIdOf('e'.repeat(32))).not.toBe(sessionIdOf('d'.repeat(32)));
  });

  test('is accepted only for its own type, until it expires', async () => {
    expect(await refused(djangoToken(), { types: ['refresh'] })).toBe('wrong-type');
    expect(await refused(djangoToken({ token_type: 'refresh' }), { types: ['access'] })).toBe('wrong-type');
    expect(await refused(djangoToken({ token_type: 'sliding' }))).toBe('invalid');
    expect(await refused(djangoToken({ token_type: undefined }))).toBe('invalid');
    expect(await refused(djangoToken({ exp: noonSeconds }))).toBe('expired');
    expect(await refused(djangoToken({ exp: noonSeconds }), { rules: { leewaySeconds: 5 } })).toBe('taken');
    for (const odd of [
      { exp: undefined },
      { exp: '9' },
      { jti: undefined },
      { jti: '' },
      { iat: noonSeconds + 1 },
      { nbf: noonSeconds + 1 },
    ])
      expect(await refused(djangoToken(odd)), JSON.stringify(odd)).toBe('invalid');
  });

  test('does not live longer than any of ours could', async () => {
    const longest = rules.longestSeconds;
    expect(await refused(djangoToken({ exp: noonSeconds + longest }))).toBe('taken');
    expect(await refused(djangoToken({ exp: noonSeconds + longest + 1 }))).toBe('invalid');
    expect(await refused(djangoToken({ iat: undefined, exp: noonSeconds + longest }))).toBe('taken');
    expect(await refused(djangoToken({ iat: undefined, exp: noonSeconds + longest + 1 }))).toBe('invalid');
    expect(await refused(djangoToken({ iat: noonSeconds - longest, exp: noonSeconds + 1 }))).toBe('invalid');
  });

  test('may lack an audience; if it has one, it must be ours', async () => {
    const strict = { rules: { issuer: 'https://a.example', audience: 'app' } };
    expect(await refused(djangoToken(), strict)).toBe('taken');
    expect(await refused(djangoToken({ iss: 'https://a.example', aud: ['app', 'web'] }), strict)).toBe('taken');
    expect(await refused(djangoToken({ iss: 'https://b.example' }), strict)).toBe('invalid');
    expect(await refused(djangoToken({ aud: 'other' }), strict)).toBe('invalid');
    expect(await refused(djangoToken({ aud: 'other' }))).toBe('taken');
  });

  test('is also accepted if nothing is looked up, without roles', async () => {
    const needs = {
      keySet: async () => ours.set,
      foreignKeys: django,
      rules: { ...rules, names: { ...rules.names, roles: 'roles' } as const },
    };
    const believed = await believeToken({ ...needs, now: () => noonOfTokens }, djangoToken({ roles: ['admin'] }), ['access']);
    expect(believed).toMatchObject({ claims: { user_id: '42' }, roles: [] });
  });

  test('is refused if the stage accepts none, or another secret signed it', async () => {
    const nobody = foreignKeys({ VERIFYING_KEY: '', ALGORITHM: 'ES256', JWK_URL: '', KEY_CACHE: 300 }, {});
    expect(await refused(djangoToken(), { foreign: nobody })).toBe('invalid');
    const alone = await readToken(djangoToken(), { keys: ours.set, rules, now: noonOfTokens, types: ['access'] });
    expect(alone).toMatchObject({ refused: 'invalid' });
    expect(await refused(djangoToken({ secret: `${djangoSecret}x` }))).toBe('invalid');
    expect(await refused(djangoToken({ secret: '' }))).toBe('invalid');
  });

  test('is never tried with Django’s key if it names a key', async () => {
    for (const kid of ['django', 'django-signing-key', '', 0, null, {}, ours.published.kid])
      expect(await refused(djangoToken({ header: { kid } })), JSON.stringify(kid)).toBe('invalid');
  });

  test('has exactly the algorithm and the header of Django’s tokens', async () => {
    for (const header of [{ alg: 'HS384' }, { alg: 'HS512' }, { alg: 'none' }, { alg: 'ES256' }, { alg: ['HS256'] }, { alg: undefined }])
      expect(await refused(djangoToken({ header })), JSON.stringify(header)).toBe('invalid');
    for (const header of [{ typ: 'rt+jwt' }, { typ: 'at+jwt' }, { typ: 5 }, { crit: ['exp'], exp: 1 }, { b64: true }])
      expect(await refused(djangoToken({ header })), JSON.stringify(header)).toBe('invalid');
    for (const header of [{ typ: undefined }, { typ: 'jwt' }]) expect(await refused(djangoToken({ header }))).toBe('taken');
  });

  test('names its user and itself without half a surrogate pair', async () => {
    for (const claims of [{ user_id: '\ud800' }, { jti: `${'a'.repeat(31)}\udfff` }])
      expect(await refused(djangoToken(claims))).toBe('invalid');
  });

  test('cannot be made with what everybody can see', async () => {
    const pem = createPublicKey({ key: ours.published as JsonWebKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    for (const secret of [String(pem), String(pem).trim(), JSON.stringify(ours.published), String(ours.published.x)]) {
      expect(await refused(djangoToken({ secret }))).toBe('invalid');
      expect(await refused(djangoToken({ secret, header: { kid: ours.published.kid, typ: 'at+jwt' } }))).toBe('invalid');
    }
  });
});

describe('a token of ours', () => {
  test('stays valid beside Django’s key, and is refused without its kid', async () => {
    expect(await judge(await signed(ours.signing))).toEqual(madeClaims());
    expect(await refused(await signed(ours.signing, { header: { kid: undefined } }))).toBe('invalid');
    expect(await refused(await signed(ours.signing, { header: { kid: undefined, typ: 'JWT' } }))).toBe('invalid');
  });

  test('of a secret cannot be made with Django’s secret, nor the other way round', async () => {
    const hs = await madeKeys('HS256');
    const sign = (secret: Buffer | string, header: object, claims: object) => {
      const text = [header, claims].map(base64url).join('.');
      return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
    };
    const own = Buffer.from(String(hs.published.k), 'base64url');
    const read = async (text: string) =>
      await readToken(text, { keys: hs.set, foreignKeys: django, rules, now: noonOfTokens, types: ['access'] });
    const { kid } = hs.published;
    expect(await read(sign(own, { alg: 'HS256', typ: 'at+jwt', kid }, madeClaims()))).toEqual(madeClaims());
    expect(await read(sign(djangoSecret, { alg: 'HS256', typ: 'at+jwt', kid }, madeClaims()))).toMatchObject({ refused: 'invalid' });
    expect(await read(sign(own, { alg: 'HS256', typ: 'JWT' }, madeClaims()))).toMatchObject({ refused: 'invalid' });
    // A token that Django's secret signed has no session and no epoch of ours.
    const claims = await read(sign(djangoSecret, { alg: 'HS256', typ: 'JWT' }, { ...madeClaims({ sid: 'x', epoch: 7 }), generation: 3 }));
    expect(claims).toEqual({ ...madeClaims(), sid: undefined, epoch: 0 });
  });
});

describe.for(['ES256', 'ES384', 'RS256', 'EdDSA'])('a token of another issuer whose %s key is VERIFYING_KEY', async (algorithm) => {
  const theirs = await madeKeys(algorithm);
  const pem = String(createPublicKey({ key: theirs.published as JsonWebKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' }));
  const { kid: _, ...unnamed } = theirs.published;
  const make = async (claims: object = {}, header: object = {}) =>
    await new SignJWT({ token_type: 'access', exp: noonSeconds + 300, iat: noonSeconds, jti: 'x', user_id: 7, ...claims })
      .setProtectedHeader({ alg: algorithm, typ: 'JWT', ...header })
      .sign(theirs.signing.key);

  test.for([
    ['PEM', pem],
    ['PEM on one line', pem.replaceAll('\n', '\\n')],
    ['JWK', JSON.stringify(theirs.published)],
    ['JWK without a name', JSON.stringify(unnamed)],
  ] as const)('is accepted if that is a %s, with the key’s name and without', async ([, VERIFYING_KEY]) => {
    const foreign = foreignKeys({ VERIFYING_KEY, ALGORITHM: 'ES256', JWK_URL: '', KEY_CACHE: 300 }, {});
    expect(await judge(await make(), { foreign })).toEqual(expect.not.objectContaining({ sid: expect.anything() }));
    expect(await judge(await make(), { foreign })).toMatchObject({ user_id: '7', epoch: 0 });
    expect(await refused(await make({}, { kid: theirs.published.kid, typ: 'at+jwt' }), { foreign })).toBe('taken');
    expect(await refused(await make({}, { kid: 'another' }), { foreign })).toBe('invalid');
  });

  test('is accepted as an access token for us only', async () => {
    const foreign = foreignKeys({ VERIFYING_KEY: pem, ALGORITHM: 'ES256', JWK_URL: '', KEY_CACHE: 300 }, {});
    expect(await refused(await make({ token_type: 'refresh' }), { foreign })).toBe('wrong-type');
    expect(await refused(await make({}, { typ: 'rt+jwt' }), { foreign })).toBe('invalid');
    const strict = { foreign, rules: { audience: 'app' } };
    expect([await refused(await make(), strict), await refused(await make({ aud: 'app' }), strict)]).toEqual(['invalid', 'taken']);
  });

  test('is told from Django’s by its algorithm', async () => {
    const key = (await madeKeys(algorithm)).set.values().next().value;
    const foreign = foreignKeys({ VERIFYING_KEY: pem, ALGORITHM: 'ES256', JWK_URL: '', KEY_CACHE: 300 }, { djangoKey: async () => key });
    expect(await judge(await make(), { foreign })).toMatchObject({ user_id: '7' });
    expect(await refused(await make({ token_type: 'refresh' }), { foreign })).toBe('wrong-type');
  });
});
