import { createLocalJWKSet, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { signToken } from '#lib/tokens/sign-token.ts';
import { usualNames } from '#lib/tokens/wire-claims.ts';
import { madeKeys } from './made-keys.ts';
import { madeClaims, noonOfTokens } from './made-token.ts';

test('an access token with an issuer, an audience, a sub and a client_id of the project is one of RFC 9068', async () => {
  const ours = await madeKeys();
  const rules = { issuer: 'https://accounts.example.com', audience: 'app', names: { ...usualNames, user: 'sub' } };
  const token = await signToken(ours.signing, rules, madeClaims(), { client_id: 'web' });
  const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: [ours.published] }), {
    issuer: rules.issuer,
    audience: rules.audience,
    typ: 'at+jwt',
    requiredClaims: ['exp', 'iat', 'jti', 'sub', 'client_id'],
    currentDate: noonOfTokens,
  });
  expect(payload).toMatchObject({ sub: 'user-1', client_id: 'web' });
});
