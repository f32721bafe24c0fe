import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { localCredentials } from '#local/emulators/emulator.ts';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, bearer, claimsOf, problemOf, signedInUser } from './users.ts';

const { gateway, tables } = await sharedGateway();
const [ada, bob] = await Promise.all([signedInUser(gateway), signedInUser(gateway)]);
const routes = gateway.template.ofType<{ RouteKey: string; AuthorizationType: string }>('AWS::ApiGatewayV2::Route');
const locked = routes
  .filter(({ properties }) => properties.AuthorizationType === 'CUSTOM')
  .map(({ properties }) => {
    const [method = '', path = ''] = properties.RouteKey.split(' ');
    return { method, path };
  });

const call = (route: { method: string; path: string }, id: string, headers: Record<string, string>) =>
  gateway.fetch(route.path.replace('{id}', id), { method: route.method, headers });

/** The stage's private key, to sign tokens that Gatehouse never signs. */
async function signingKey() {
  const client = new SSMClient({ endpoint: gateway.endpoints.ssm, region: gateway.template.place.region, credentials: localCredentials });
  const { Parameter } = await client.send(new GetParameterCommand({ Name: '/gatehouse/dev/signing-key', WithDecryption: true }));
  client.destroy();
  const jwk = JSON.parse(Parameter?.Value ?? '{}') as JWK;
  return { key: await importJWK(jwk, 'ES256'), kid: String(jwk.kid) };
}

async function forged(claims: Body, header: Body = {}): Promise<string> {
  const { key, kid } = await signingKey();
  return await new SignJWT({ ...claimsOf(ada.access), ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid, ...header })
    .sign(key);
}

describe('every locked route', () => {
  it('is in this list', () => {
    expect(locked.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(
      [
        'DELETE /users/{id}',
        'DELETE /users/{id}/',
        'DELETE /users/{id}/api-tokens/{token_id}',
        'DELETE /users/{id}/api-tokens/{token_id}/',
        'DELETE /users/{id}/avatar',
        'DELETE /users/{id}/sessions',
        'DELETE /users/{id}/sessions/',
        'DELETE /users/{id}/sessions/{sid}',
        'DELETE /users/{id}/sessions/{sid}/',
        'GET /userInfo',
        'GET /userInfo/',
        'GET /users',
        'GET /users/',
        'GET /users/{id}',
        'GET /users/{id}/',
        'GET /audit',
        'GET /audit/',
        'GET /users/{id}/audit',
        'GET /users/{id}/audit/',
        'GET /users/{id}/export',
        'GET /users/{id}/export/',
        'PATCH /users/{id}',
        'PATCH /users/{id}/',
        'PUT /users/{id}',
        'PUT /users/{id}/',
        'POST /users',
        'POST /users/',
        'POST /users/{id}/reinstate',
        'POST /users/{id}/reinstate/',
        'POST /users/{id}/suspend',
        'POST /users/{id}/suspend/',
        'GET /users/{id}/api-tokens',
        'GET /users/{id}/api-tokens/',
        'GET /users/{id}/sessions',
        'GET /users/{id}/sessions/',
        'POST /logout',
        'POST /logout/',
        'POST /userInfo',
        'POST /userInfo/',
        'POST /users/{id}/avatar/upload',
        'POST /users/{id}/email',
        'POST /users/{id}/email/',
        'POST /users/{id}/mobile',
        'POST /users/{id}/mobile/',
        'POST /users/{id}/password',
        'POST /users/{id}/password/',
        'POST /users/{id}/verify',
        'POST /users/{id}/verify/',
      ].toSorted(),
    );
  });

  it('is refused by API Gateway, without a function call, if there is no Authorization header', async () => {
    for (const route of locked) {
      const response = await call(route, ada.id, {});
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({ message: 'Unauthorized' });
    }
  });

  it('answers 401 with a problem if the credentials are not a valid access token', async () => {
    const now = Math.floor(Date.now() / 1000);
    const foreignKeys = await generateKeyPair('ES256');
    const invalid = { code: 'token_not_valid', detail: 'Token is invalid' };
    const [, body, signature] = ada.access.split('.');
    const unsigned = (header: Body) => `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${body}.`;
    const cases: readonly (readonly [string, string, { code: string; detail: string }])[] = [
      [
        'another scheme',
        `Basic ${btoa(`${ada.username}:${ada.password}`)}`,
        { code: 'not_authenticated', detail: 'Authentication credentials were not provided.' },
      ],
      [
        'a scheme alone',
        'Bearer',
        { code: 'bad_authorization_header', detail: 'Authorization header must contain two space-delimited values' },
      ],
      [
        'three parts',
        `Bearer ${ada.access} x`,
        { code: 'bad_authorization_header', detail: 'Authorization header must contain two space-delimited values' },
      ],
      ['garbage', 'Bearer garbage', invalid],
      ['another signature', `Bearer ${bob.access.split('.').slice(0, 2).join('.')}.${signature}`, invalid],
      ['padding', `Bearer ${ada.access}==`, invalid],
      ['another last character', `Bearer ${ada.access.slice(0, -1)}${ada.access.endsWith('A') ? 'B' : 'A'}`, invalid],
      ['no algorithm', `Bearer ${unsigned({ alg: 'none', typ: 'at+jwt' })}`, invalid],
      [
        'a key in its own header',
        `Bearer ${await new SignJWT(claimsOf(ada.access)).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', jwk: { kty: 'EC' } }).sign(foreignKeys.privateKey)}`,
        invalid,
      ],
      [
        'a foreign key under our kid',
        `Bearer ${await new SignJWT(claimsOf(ada.access)).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: (await signingKey()).kid }).sign(foreignKeys.privateKey)}`,
        invalid,
      ],
      ['expired', `Bearer ${await forged({ iat: now - 400, exp: now - 100 })}`, { code: 'token_not_valid', detail: 'Token is expired' }],
      ['with an end later than ACCESS_TOKEN_LIFETIME', `Bearer ${await forged({ iat: now, exp: now + 301 })}`, invalid],
      ['with an end in ten years', `Bearer ${await forged({ exp: now + 10 * 365 * 86_400 })}`, invalid],
      ['without a user', `Bearer ${await forged({ user_id: undefined })}`, invalid],
      ['of the wrong type', `Bearer ${ada.refresh}`, { code: 'token_not_valid', detail: 'Token has wrong type' }],
      [
        'typed as something else',
        `Bearer ${await forged({}, { typ: 'JWT' })}`,
        { code: 'token_not_valid', detail: 'Token has wrong type' },
      ],
      ['of an unknown user', `Bearer ${await forged({ user_id: 'nobody' })}`, { code: 'user_not_found', detail: 'User not found' }],
    ];
    for (const route of locked) {
      for (const [what, authorization, words] of cases) {
        const response = await call(route, ada.id, { authorization });
        expect(response.headers.get('www-authenticate'), what).toMatch(/^Bearer realm="api"/);
        expect({ what, ...(await problemOf(response)) }).toEqual({ what, status: 401, ...words });
      }
    }
  });

  it('refuses a revoked token at once', async () => {
    const { sid, jti } = claimsOf(bob.access);
    for (const id of [sid, jti]) {
      const user = id === sid ? bob : await signedInUser(gateway);
      const entry = id === sid ? sid : claimsOf(user.access)['jti'];
      await tables.put('token-blacklist', { id: entry, expires_at: Math.floor(Date.now() / 1000) + 600 });
      for (const route of locked) {
        const response = await call(route, user.id, bearer(user.access));
        expect(await problemOf(response)).toEqual({ status: 401, code: 'token_not_valid', detail: 'Token is blacklisted' });
      }
    }
  });

  it('answers 403 for another user’s id and for lists of users, whether that user exists or not', async () => {
    for (const route of locked.filter(({ path }) => path.includes('/users'))) {
      for (const id of [bob.id, 'nobody', '%00', 'constructor', '__proto__']) {
        const response = await call(route, id, bearer(ada.access));
        expect({ id, ...(await problemOf(response)) }).toMatchObject({ id, status: 403, code: 'permission_denied' });
      }
    }
  });

  it('answers 503 while the authorizer cannot read its table', async () => {
    for (const route of locked) {
      const fault = gateway.gate.fault('authorizer', ({ operation }) => operation === 'BatchGetItem', 'drop-before', { times: 99 });
      const response = await call(route, ada.id, bearer(ada.access));
      fault.end();
      expect(response.headers.get('retry-after')).toBe('2');
      expect(await problemOf(response)).toMatchObject({ status: 503, code: 'unavailable' });
    }
  });
});

describe('a table that hangs', () => {
  it.each([
    ['authorizer', 'BatchGetItem'],
    ['userGet', 'BatchGetItem'],
  ])('leads to a 503 with Retry-After before API Gateway times out: %s', async (functionName, operation) => {
    const fault = gateway.gate.fault(functionName, (call) => call.operation === operation, 'delay', { times: 99, delayMs: 20_000 });
    const response = await gateway.fetch(`/users/${ada.id}/`, { headers: bearer(ada.access) });
    fault.end();
    expect(response.headers.get('retry-after')).toBe('2');
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'unavailable' });
  });
});

describe('the caller’s own record', () => {
  it('can be read with the scheme in any letter case', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      const response = await gateway.fetch(`/users/${ada.id}/`, { headers: { authorization: `${scheme} ${ada.access}` } });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ id: ada.id, username: ada.username, email: ada.email, mobile: ada.mobile });
    }
  });

  it('contains only the fields of the contract, whatever the row has', async () => {
    await tables.set('users', { id: ada.id }, 'secret_note', 'x');
    const response = await gateway.fetch(`/users/${ada.id}/`, { headers: bearer(ada.access) });
    const body = await response.text();
    expect(body).not.toMatch(/secret_note|password|bcrypt|token_epoch/);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });
});
