import * as v from 'valibot';
import { route } from '#lib/http/route.ts';
import { discoveryView } from '#lib/tokens/discovery.ts';

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

export const openidConfiguration = route({
  name: 'openidConfiguration',
  methods: ['GET'],
  path: '/.well-known/openid-configuration',
  summary: 'Where to find what a reader of our tokens needs (OpenID Connect Discovery 1.0, RFC 8414).',
  access: 'open',
  success: { status: 200, description: 'What is true here and nothing else; good for five minutes.', body: discoveryView },
  problems: [],
});
