import { parse } from 'valibot';
import { describe, expect, test } from 'vitest';
import { discovery, discoveryView } from '#lib/tokens/discovery.ts';
import { madeSettings } from '../made-settings.ts';

const plain = madeSettings();
const jwk = (alg: string) => ({ kty: 'EC', kid: alg, alg });
const keys = { keys: [jwk('ES256'), jwk('ES256'), jwk('EdDSA')] };

describe('the discovery document', () => {
  test('names the addresses that clients use', () => {
    expect(discovery(plain, 'https://api.example.com', keys)).toMatchObject({
      issuer: 'https://api.example.com',
      jwks_uri: 'https://api.example.com/.well-known/jwks.json',
      token_endpoint: 'https://api.example.com/token/',
      userinfo_endpoint: 'https://api.example.com/userInfo/',
    });
    const place = { ...plain, PUBLIC_URL: 'https://accounts.example.com', API_PREFIX: '/drfdemo' };
    expect(discovery(place, 'https://api.example.com', keys)).toMatchObject({
      issuer: 'https://accounts.example.com/drfdemo',
      jwks_uri: 'https://accounts.example.com/drfdemo/.well-known/jwks.json',
    });
  });

  test('names the issuer as tokens do', () => {
    expect(discovery({ ...plain, ISSUER: 'https://id.example.com/' }, 'https://x', keys).issuer).toBe('https://id.example.com/');
  });

  test('lists the algorithms of the published keys, each once', () => {
    expect(discovery(plain, 'https://x', keys).id_token_signing_alg_values_supported).toEqual(['ES256', 'EdDSA']);
  });

  test('lists the claims that tokens of this stage have', () => {
    expect(discovery(plain, 'https://x', keys).claims_supported).not.toContain('iss');
    const both = { ...plain, ISSUER: 'i', AUDIENCE: 'a' };
    expect(discovery(both, 'https://x', keys).claims_supported.slice(0, 2)).toEqual(['iss', 'aud']);
  });

  test('calls them what the stage calls them, and lists those of hooks', () => {
    const named = madeSettings({ TOKEN_TYPE_CLAIM: 'use', USER_ID_FIELD: 'email', USER_ID_CLAIM: 'email', AUDIENCE: 'a,b' });
    const { claims_supported: names } = discovery(named, 'https://x', keys, ['money']);
    expect(names).toEqual(['aud', 'exp', 'iat', 'jti', 'email', 'sub', 'sid', 'epoch', 'use', 'roles', 'ability', 'money']);
  });

  test('promises no grant, no response type and no secret, and leaves with everything it names', () => {
    const document = discovery(plain, 'https://x', keys);
    expect(document).toMatchObject({ response_types_supported: [], grant_types_supported: [] });
    expect(parse(discoveryView, document)).toEqual(document);
  });
});
