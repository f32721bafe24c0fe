import * as v from 'valibot';
import { route } from '#lib/http/route.ts';
import { discoveryView } from '#lib/tokens/discovery.ts';

/** A published key (RFC 7518 §6). Members that are not listed here, private ones among them, are never sent. */
const publicKey = v.object({
  kty: v.string(),
  kid: v.string(),
  alg: v.string(),
  use: v.optional(v.string()),
  crv: v.optional(v.string()),
  x: v.optional(v.string()),
  y: v.optional(v.string()),
  n: v.optional(v.string()),
  e: v.optional(v.string()),
});

export const jwks = route({
  name: 'jwks',
  methods: ['GET'],
  path: '/.well-known/jwks.json',
  summary: 'Get the public keys',
  access: 'open',
  success: {
    status: 200,
    description: 'The key set. `Cache-Control` says how long to keep it.',
    body: v.object({ keys: v.array(publicKey) }),
  },
  problems: [],
});

export const openidConfiguration = route({
  name: 'openidConfiguration',
  methods: ['GET'],
  path: '/.well-known/openid-configuration',
  summary: 'Get the discovery document',
  access: 'open',
  success: {
    status: 200,
    description: 'The issuer, the keys and the claims of the access tokens. Cached for five minutes. 404 unless the stage has an `ISSUER`.',
    body: discoveryView,
  },
  problems: ['not_found'],
});
