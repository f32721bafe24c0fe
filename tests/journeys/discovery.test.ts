import { createLocalJWKSet, type errors, type JSONWebKeySet, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { sharedGateway } from './shared-gateway.ts';
import { claimsOf, problemOf, read, signedInUser } from './users.ts';

const issuer = 'https://accounts.example.com';
const { gateway } = await sharedGateway({ settings: { ISSUER: issuer, AUDIENCE: 'app' } });
const discover = () => gateway.fetch('/.well-known/openid-configuration');

describe('/.well-known/openid-configuration', () => {
  it('has all that a library needs to verify a token', async () => {
    const user = await signedInUser(gateway);
    const response = await discover();
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    const document = (await response.json()) as { issuer: string; jwks_uri: string; userinfo_endpoint: string };
    expect(document).toMatchObject({ issuer, id_token_signing_alg_values_supported: ['ES256'], subject_types_supported: ['public'] });
    const keys = createLocalJWKSet((await (await gateway.fetch(document.jwks_uri)).json()) as JSONWebKeySet);
    const { payload } = await jwtVerify(user.access, keys, { issuer: document.issuer, audience: 'app' });
    expect(payload['user_id']).toBe(user.id);
    expect((await read(gateway, document.userinfo_endpoint, user.access)).status).toBe(200);
  });

  it('lists the claims that tokens have, and no empty list', async () => {
    const { access } = await signedInUser(gateway);
    const document = (await (await discover()).json()) as Record<string, string[]>;
    expect(document['claims_supported']?.toSorted()).toEqual(Object.keys(claimsOf(access)).toSorted());
    expect(Object.values(document).filter((value) => value.length === 0)).toEqual([]);
  });

  it('is not found on a stage whose tokens have no issuer', async () => {
    gateway.use({ ISSUER: '' });
    expect(await problemOf(await discover())).toMatchObject({ status: 404, code: 'not_found' });
  });
});

describe('a validator that asks for every claim of RFC 9068', () => {
  /** The claims for which jose refuses a new user's access token. */
  const missing = async (settings: Record<string, string>) => {
    gateway.use(settings);
    const { access } = await signedInUser(gateway);
    const keys = createLocalJWKSet((await (await gateway.fetch('/.well-known/jwks.json')).json()) as JSONWebKeySet);
    const options = { issuer, audience: 'app', typ: 'at+jwt' };
    const outcomes = ['exp', 'iat', 'jti', 'sub', 'client_id'].map(async (claim) => {
      const verifying = jwtVerify(access, keys, { ...options, requiredClaims: [claim] });
      return await verifying.then(
        () => [],
        (error: errors.JWTClaimValidationFailed) => [error.claim],
      );
    });
    return (await Promise.all(outcomes)).flat();
  };

  it('refuses access tokens, because they have no sub and no client_id', async () => {
    expect(await missing({})).toEqual(['sub', 'client_id']);
  });

  it('misses only a client_id, which a hook can add, if USER_ID_CLAIM is sub', async () => {
    expect(await missing({ USER_ID_CLAIM: 'sub' })).toEqual(['client_id']);
  });
});
