import * as v from 'valibot';
import { route } from '#lib/http/route.ts';

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
