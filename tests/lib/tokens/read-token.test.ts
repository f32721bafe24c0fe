import { beforeAll, describe, expect, test } from 'vitest';
import { readToken } from '#lib/tokens/read-token.ts';
import { signToken } from '#lib/tokens/sign-token.ts';
import type { TokenRules, TokenType } from '#lib/tokens/token.ts';
import { type Keys, madeKeys } from './made-keys.ts';
import { madeClaims, noonOfTokens, noonSeconds, rules, signed } from './made-token.ts';

let keys: Keys;
beforeAll(async () => {
  keys = await madeKeys();
});
type Judging = { readonly rules?: Partial<TokenRules>; readonly at?: number; readonly types?: readonly TokenType[] };
const judge = async (text: string, { rules: given, at = 0, types = ['access'] }: Judging = {}) =>
  await readToken(text, { keys: keys.set, rules: { ...rules, ...given }, now: new Date(noonOfTokens.getTime() + at * 1000), types });
const refused = async (payload: unknown, judging: Judging = {}) => {
  const outcome = await judge(await signed(keys.signing, { payload }), judging);
  return 'refused' in outcome ? outcome.refused : 'taken';
};
const refresh = madeClaims({ token_type: 'refresh', generation: 3 });
const sliding = madeClaims({ token_type: 'sliding', refresh_exp: noonSeconds + 86_400 });

describe('a token of ours', () => {
  test('has the claims that were signed', async () => {
    expect(await judge(await signToken(keys.signing, rules, madeClaims()))).toEqual(madeClaims());
    expect(await judge(await signToken(keys.signing, rules, refresh), { types: ['access', 'refresh'] })).toEqual(refresh);
  });

  test('has no others: unknown ones are dropped', async () => {
    const payload = `{"__proto__":{"roles":["admin"]},"constructor":1,"is_superuser":true,${JSON.stringify(madeClaims()).slice(1)}`;
    const claims = await judge(await signed(keys.signing, { payload }));
    expect(claims).toEqual(madeClaims());
    expect('roles' in claims || 'is_superuser' in claims).toBe(false);
  });

  test('is accepted for its own type only', async () => {
    for (const [claims, types] of [
      [refresh, ['access']],
      [madeClaims(), ['refresh']],
    ] as const) {
      const outcome = await judge(await signToken(keys.signing, rules, claims), { types });
      expect(outcome).toMatchObject({ refused: 'wrong-type' });
    }
  });

  test.for(['JWT', 'jwt', 'at+JWT', 'application/at+jwt', 'rt+jwt', '', undefined, null, 5, ['at+jwt']])(
    'is refused as the wrong type with the typ %j',
    async (typ) => {
      expect(await judge(await signed(keys.signing, { header: { typ } }))).toMatchObject({ refused: 'wrong-type' });
    },
  );

  test('is refused unless header and claims agree on the type', async () => {
    const liar = await signed(keys.signing, { header: { typ: 'rt+jwt' }, payload: madeClaims() });
    expect(await judge(liar, { types: ['access', 'refresh'] })).toMatchObject({ refused: 'wrong-type' });
    const other = await signed(keys.signing, { payload: refresh });
    expect(await judge(other, { types: ['access', 'refresh'] })).toMatchObject({ refused: 'wrong-type' });
  });
});

test.for(['jti', 'user_id', 'sid'] as const)('a token with half of a surrogate pair in %s is refused', async (name) => {
  expect(await judge(await signed(keys.signing, { payload: madeClaims({ [name]: 'a\ud800' }) }))).toMatchObject({ refused: 'invalid' });
});

test('a token with a byte order mark before its claims is refused', async () => {
  expect(await judge(await signed(keys.signing, { payload: `\ufeff${JSON.stringify(madeClaims())}` }))).toMatchObject({
    refused: 'invalid',
    reason: 'not a compact JWS',
  });
});

describe('a sliding token', () => {
  const read = async (payload: unknown, judging: Judging = {}) =>
    await judge(await signed(keys.signing, { header: { typ: 'st+jwt' }, payload }), { types: ['sliding'], ...judging });

  test('says until when it can be renewed', async () => {
    const token = await signToken(keys.signing, rules, sliding);
    expect(await judge(token, { types: ['access', 'sliding'] })).toEqual(sliding);
    const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    expect(payload).toEqual(sliding);
    expect(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({ typ: 'st+jwt' });
  });

  test('says so under the name that is set, and only there', async () => {
    const named = { ...rules, names: { ...rules.names, refreshExp: 'renew_until' } };
    const token = await signToken(keys.signing, named, sliding);
    expect(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())).toMatchObject({ renew_until: sliding.refresh_exp });
    expect(await judge(token, { types: ['sliding'], rules: named })).toEqual(sliding);
    expect(await judge(token, { types: ['sliding'] })).not.toHaveProperty('refresh_exp');
    expect(await read(sliding, { rules: named })).not.toHaveProperty('refresh_exp');
  });

  test('is accepted for its own type only, and no other token is accepted for it', async () => {
    for (const types of [['access'], ['refresh'], ['access', 'refresh']] as const)
      expect(await read(sliding, { types })).toMatchObject({ refused: 'wrong-type' });
    for (const other of [madeClaims(), refresh]) {
      expect(await judge(await signToken(keys.signing, rules, other), { types: ['sliding'] })).toMatchObject({ refused: 'wrong-type' });
      expect(await read(other)).toMatchObject({ refused: 'wrong-type' });
    }
    expect(await judge(await signed(keys.signing, { payload: sliding }), { types: ['access', 'sliding'] })).toMatchObject({
      refused: 'wrong-type',
    });
  });

  test.for([null, '', 'soon', noonSeconds + 0.5, -1, 1e300, [noonSeconds], true])(
    'is refused with a refresh_exp of %j',
    async (refresh_exp) => {
      expect(await read({ ...sliding, refresh_exp })).toMatchObject({ refused: 'invalid' });
    },
  );

  test('can be renewed at most as long after its iat as any token lives', async () => {
    const longest = noonSeconds + 30 * 86_400;
    expect(await read({ ...sliding, refresh_exp: longest })).toMatchObject({ refresh_exp: longest });
    expect(await read({ ...sliding, refresh_exp: longest + 1 })).toMatchObject({ refused: 'invalid' });
  });
});

describe('the exp of a token', () => {
  test('ends it in that very second', async () => {
    const token = await signed(keys.signing);
    expect(await judge(token, { at: 299.999 })).toEqual(madeClaims());
    expect(await judge(token, { at: 300 })).toMatchObject({ refused: 'expired' });
  });

  test('is extended by the leeway, and no further', async () => {
    const token = await signed(keys.signing);
    expect(await judge(token, { at: 309.999, rules: { leewaySeconds: 10 } })).toEqual(madeClaims());
    expect(await judge(token, { at: 310, rules: { leewaySeconds: 10 } })).toMatchObject({ refused: 'expired' });
  });

  test('is checked first, for every type of token', async () => {
    expect(await refused({ ...refresh, exp: noonSeconds - 1, iat: noonSeconds - 300 })).toBe('expired');
  });

  test.for<[string, unknown]>([
    ['is missing', undefined],
    ['is null', null],
    ['is a string', String(noonSeconds + 300)],
    ['is a fraction', noonSeconds + 300.5],
    ['is a boolean', true],
    ['is a list', [noonSeconds + 300]],
    ['is beyond the longest lifetime', noonSeconds + 3600 + 1],
    ['is too large', 1e300],
  ])('makes it invalid if it %s', async ([, exp]) => {
    expect(await refused({ ...madeClaims(), exp })).toBe('invalid');
  });

  test('makes it invalid if it is 1e400, NaN or -1', async () => {
    for (const exp of ['1e400', 'NaN', '-1e400'])
      expect(await refused(JSON.stringify(madeClaims()).replace(/"exp":\d+/, `"exp":${exp}`))).not.toBe('taken');
    for (const exp of [-1, 0]) expect(await refused({ ...madeClaims(), exp })).not.toBe('taken');
  });

  test.for([
    ['access', madeClaims(), 3600],
    ['refresh', refresh, 30 * 86_400],
    ['sliding', sliding, 86_400],
  ] as const)('is at most the lifetime of its type after the iat: %s', async ([type, claims, longest]) => {
    const read = async (life: object) =>
      await judge(await signToken(keys.signing, rules, { ...claims, ...life }), { types: [type], rules: { leewaySeconds: 60 } });
    const last = noonSeconds + longest;
    expect(await read({ exp: last })).toMatchObject({ exp: last });
    expect(await read({ exp: last + 1 })).toMatchObject({ refused: 'invalid', reason: 'lives longer than any of its type' });
    expect(await read({ iat: noonSeconds - 1, exp: last })).toMatchObject({ refused: 'invalid' });
  });
});

describe('the iat of a token', () => {
  test('is not in the future', async () => {
    expect(await refused({ ...madeClaims(), iat: noonSeconds + 1 })).toBe('invalid');
    expect(await refused({ ...madeClaims(), iat: noonSeconds + 10 }, { rules: { leewaySeconds: 10 } })).toBe('taken');
    expect(await refused({ ...madeClaims(), iat: noonSeconds + 11 }, { rules: { leewaySeconds: 10 } })).toBe('invalid');
  });

  test('is required, in whole seconds', async () => {
    for (const iat of [undefined, null, String(noonSeconds), noonSeconds - 0.5, -1])
      expect(await refused({ ...madeClaims(), iat })).toBe('invalid');
  });

  test('is not the beginning if nbf is later', async () => {
    expect(await refused({ ...madeClaims(), nbf: noonSeconds + 1 })).toBe('invalid');
    expect(await refused({ ...madeClaims(), nbf: noonSeconds })).toBe('taken');
    expect(await refused({ ...madeClaims(), nbf: 'now' })).toBe('invalid');
  });
});

describe('issuer and audience', () => {
  const both = { ...rules, issuer: 'https://a.example', audience: 'app' };

  test('are signed, and required if they are set', async () => {
    expect(await judge(await signToken(keys.signing, both, madeClaims()), { rules: both })).toEqual(madeClaims());
    for (const odd of [
      {},
      { iss: both.issuer },
      { aud: both.audience },
      { iss: 'https://b.example', aud: 'app' },
      { iss: `${both.issuer}/`, aud: 'app' },
    ]) {
      expect(await refused({ ...madeClaims(), ...odd }, { rules: both })).toBe('invalid');
    }
    for (const aud of ['App', ['other'], [], null, { app: 1 }])
      expect(await refused({ ...madeClaims(), iss: both.issuer, aud }, { rules: both })).toBe('invalid');
  });

  test('do not matter if they are not set', async () => {
    expect(await refused({ ...madeClaims(), iss: 'anybody', aud: ['any', 'thing'] })).toBe('taken');
  });
});

describe('a claim', () => {
  test.for(['token_type', 'jti', 'user_id', 'sid', 'epoch'])('%s is required, and has the right type', async (name) => {
    for (const odd of [undefined, null, '', [], {}, true, 1.5, 'x'.repeat(129)])
      expect(await refused({ ...madeClaims(), [name]: odd })).toBe('invalid');
  });

  test('that is written twice counts once, as the last one', async () => {
    const twice = (first: string, last: string) =>
      JSON.stringify(madeClaims()).replace(/"user_id":"user-1"/, `"user_id":"${first}","user_id":"${last}"`);
    expect(await judge(await signed(keys.signing, { payload: twice('other', 'user-1') }))).toEqual(madeClaims());
  });

  test('is an own property, never an inherited one', async () => {
    const { user_id, ...rest } = madeClaims();
    expect(await refused(`{"__proto__":{"user_id":"${user_id}"},${JSON.stringify(rest).slice(1)}`)).toBe('invalid');
  });

  test('generation is required in every refresh token', async () => {
    const { generation, ...rest } = refresh;
    const token = await signed(keys.signing, { header: { typ: 'rt+jwt' }, payload: rest });
    expect([generation, await judge(token, { types: ['refresh'] })]).toMatchObject([3, { refused: 'invalid' }]);
  });

  test.for(['[]', '"a"', 'null', '5', '', '{', 'true', '\ufeff{}', '[{}]'])('stands in an object, not in %j', async (payload) => {
    expect(await refused(payload)).toBe('invalid');
  });
});

test('a reason is for the log, and has nothing of the token', async () => {
  const outcome = await judge(await signed(keys.signing, { payload: { ...madeClaims(), sid: ['hunter2'] } }));
  expect(JSON.stringify(outcome)).not.toContain('hunter2');
});
