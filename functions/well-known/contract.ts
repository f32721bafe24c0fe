import * as v from 'valibot';
import { route } from '#lib/http/route.ts';
import { discoveryView } from '#lib/tokens/discovery.ts';

/** A key as it is published (RFC 7518 §6): a member that is not named here, private or our own, does not leave. */
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
  summary: 'The public keys that tokens are verified with (RFC 7517).',
  access: 'open',
  success: {
    status: 200,
    description: 'The key set: the key that signs, the one that will, and those whose tokens still live. Good for as long as it says.',
    body: v.object({ keys: v.array(publicKey) }),
  },
  problems: [],
});

export const openidConfiguration = route({
  name: 'openidConfiguration',
  methods: ['GET'],
  path: '/.well-known/openid-configuration',
  summary: 'Where to find what a reader of our tokens needs (OpenID Connect Discovery 1.0, RFC 8414).',
  access: 'open',
  success: {
    status: 200,
    description: 'The issuer, the keys and the claims of the access tokens. Cached for five minutes. 404 unless the stage has an `ISSUER`.',
    body: discoveryView,
  },
  problems: ['not_found'],
});
