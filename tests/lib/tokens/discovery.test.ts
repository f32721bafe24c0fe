import { parse } from 'valibot';
import { describe, expect, test } from 'vitest';
import { Problem } from '#lib/problem.ts';
import { discovery, discoveryView } from '#lib/tokens/discovery.ts';
import { madeSettings } from '../made-settings.ts';

const plain = madeSettings({ ISSUER: 'https://id.example.com/' });
const jwk = (alg: string) => ({ kty: 'EC', kid: alg, alg });
const keys = { keys: [jwk('ES256'), jwk('ES256'), jwk('EdDSA')] };

describe('the discovery document', () => {
  test('names the issuer as the tokens do, and the addresses that clients use', () => {
    expect(discovery(plain, 'https://api.example.com', keys)).toMatchObject({
      issuer: 'https://id.example.com/',
      jwks_uri: 'https://api.example.com/.well-known/jwks.json',
      userinfo_endpoint: 'https://api.example.com/userInfo/',
    });
    const place = { ...plain, PUBLIC_URL: 'https://accounts.example.com', API_PREFIX: '/drfdemo' };
    expect(discovery(place, 'https://api.example.com', keys)).toMatchObject({
      jwks_uri: 'https://accounts.example.com/drfdemo/.well-known/jwks.json',
    });
  });

  test('does not exist if tokens name no issuer', () => {
    expect(() => discovery(madeSettings(), 'https://x', keys)).toThrow(Problem);
  });

  test('lists the algorithms of the published keys, each once, and has no empty list', () => {
    expect(discovery(plain, 'https://x', keys).id_token_signing_alg_values_supported).toEqual(['ES256', 'EdDSA']);
    const withoutKeys = discovery(plain, 'https://x', { keys: [] });
    expect(Object.values(withoutKeys).filter((value) => value.length === 0)).toEqual([]);
  });

  test('lists the claims that tokens of this stage have', () => {
    expect(discovery({ ...plain, AUDIENCE: 'a' }, 'https://x', keys).claims_supported.slice(0, 2)).toEqual(['iss', 'aud']);
  });

  test('calls them what the stage calls them, and lists those of hooks', () => {
    const named = { ...plain, TOKEN_TYPE_CLAIM: 'use', USER_ID_FIELD: 'email', USER_ID_CLAIM: 'email', AUDIENCE: 'a,b' } as const;
    const { claims_supported: names } = discovery(named, 'https://x', keys, ['money']);
    expect(names).toEqual(['iss', 'aud', 'exp', 'iat', 'jti', 'email', 'sub', 'sid', 'epoch', 'use', 'roles', 'ability', 'money']);
  });

  test('names no endpoint of OAuth, and leaves with everything it names', () => {
    const document = discovery(plain, 'https://x', keys);
    expect(Object.keys(document)).not.toContain('token_endpoint');
    expect(parse(discoveryView, document)).toEqual(document);
  });
});
