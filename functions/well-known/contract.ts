import * as v from 'valibot';
import { route } from '#lib/http/route.ts';

export const jwks = route({
  name: 'jwks',
  methods: ['GET'],
  path: '/.well-known/jwks.json',
  summary: 'The public keys that tokens are verified with (RFC 7517).',
  access: 'open',
  success: {
    status: 200,
    description: 'The key set; good for five minutes.',
    body: v.object({ keys: v.array(v.looseObject({ kty: v.string(), kid: v.string(), alg: v.string() })) }),
  },
  problems: [],
});
