import { describe, expect, it } from 'vitest';
import { claimsOf, post, read, resident } from './people.ts';
import { sharedGateway } from './shared-gateway.ts';

const { gateway } = await sharedGateway();

describe('/.well-known/openid-configuration', () => {
  it('leads to the keys and to who is signed in, and names what signs tokens here', async () => {
    const person = await resident(gateway);
    const response = await gateway.fetch('/.well-known/openid-configuration');
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    const document = (await response.json()) as Record<string, string>;
    expect(document).toMatchObject({
      issuer: gateway.origin,
      id_token_signing_alg_values_supported: ['ES256'],
      response_types_supported: [],
      grant_types_supported: [],
      subject_types_supported: ['public'],
    });
    const jwks = (await (await gateway.fetch(String(document['jwks_uri']))).json()) as { keys: { kid: string }[] };
    const { kid } = JSON.parse(Buffer.from(person.access.split('.')[0] ?? '', 'base64url').toString()) as { kid: string };
    expect(jwks.keys.map((key) => key.kid)).toContain(kid);
    expect((await read(gateway, String(document['userinfo_endpoint']), person.access)).status).toBe(200);
    const { username, password } = person;
    expect((await post(gateway, String(document['token_endpoint']), { username, password })).status).toBe(200);
  });

  it('lists the claims that tokens have', async () => {
    gateway.use({ ISSUER: 'https://accounts.example.com', AUDIENCE: 'app' });
    const { access } = await resident(gateway);
    const document = (await (await gateway.fetch('/.well-known/openid-configuration')).json()) as Record<string, string[]>;
    expect(document['claims_supported']?.toSorted()).toEqual(Object.keys(claimsOf(access)).toSorted());
    expect(document['issuer']).toBe(claimsOf(access)['iss']);
  });
});
