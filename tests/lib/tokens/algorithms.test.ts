import { describe, expect, test } from 'vitest';
import type { KeySet } from '#lib/keys/key-set.ts';
import { catalogue } from '#lib/settings/catalogue.ts';
import { readToken } from '#lib/tokens/read-token.ts';
import { signToken } from '#lib/tokens/sign-token.ts';
import { madeKeys } from './made-keys.ts';
import { madeClaims, noonOfTokens, rules, signed } from './made-token.ts';

const algorithms = catalogue.ALGORITHM.kind.expected.replace('one of ', '').split(', ');
const keys = new Map(await Promise.all(algorithms.map(async (algorithm) => [algorithm, await madeKeys(algorithm)] as const)));
const judge = async (text: string, set: KeySet) => await readToken(text, { keys: set, rules, now: noonOfTokens, types: ['access'] });

describe.for(algorithms)('%s', (algorithm) => {
  const { signing, set } = keys.get(algorithm) ?? expect.unreachable();

  test('signs tokens that it verifies', async () => {
    const token = await signToken(signing, rules, madeClaims());
    expect(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())).toEqual({
      alg: algorithm,
      typ: 'at+jwt',
      kid: signing.kid,
    });
    expect(await judge(token, set)).toEqual(madeClaims());
  });

  test('is not accepted as another one, nor with another key', async () => {
    const token = await signed(signing);
    for (const [
      other,
      {
        set: others,
        signing: { kid },
      },
    ] of keys) {
      if (other === algorithm) continue;
      expect(await judge(token, others), other).toMatchObject({ refused: 'invalid' });
      expect(await judge(await signed({ ...signing, kid }), others), other).toMatchObject({ refused: 'invalid' });
      expect(await judge(await signed({ ...signing, kid }), new Map([...set, ...others])), other).toMatchObject({ refused: 'invalid' });
    }
  });
});

test('of several keys, each verifies its own tokens: the old key goes on while the new one begins', async () => {
  const all: KeySet = new Map([...keys.values()].flatMap(({ set }) => [...set]));
  for (const { signing } of keys.values()) expect(await judge(await signed(signing), all)).toEqual(madeClaims());
});

test('a token has its claims in the order of simplejwt, whole seconds and strings', async () => {
  const { signing } = keys.get('ES256') ?? expect.unreachable();
  const token = await signToken(
    signing,
    { ...rules, issuer: 'https://a.example', audience: 'app' },
    madeClaims({ token_type: 'refresh', generation: 0 }),
  );
  const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  expect(Object.keys(payload)).toEqual(['token_type', 'exp', 'iat', 'jti', 'user_id', 'sid', 'epoch', 'generation', 'aud', 'iss']);
  expect(token.length).toBeLessThan(1000);
});

test('a sliding token has its refresh_exp in the place simplejwt gives it', async () => {
  const { signing } = keys.get('ES256') ?? expect.unreachable();
  const { token_type: _, jti, exp, iat, ...whose } = madeClaims();
  const token = await signToken(signing, rules, { token_type: 'sliding', exp, iat, jti, refresh_exp: exp, ...whose });
  const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  expect(Object.keys(payload)).toEqual(['token_type', 'exp', 'iat', 'jti', 'refresh_exp', 'user_id', 'sid', 'epoch']);
});
