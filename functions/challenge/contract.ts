import { route } from '#lib/http/route.ts';
import { challengeView } from '#lib/human-check/altcha.ts';

export const offer = route({
  name: 'challengeOffer',
  methods: ['GET'],
  path: '/challenge/',
  summary: 'Get a proof-of-work challenge',
  access: 'open',
  success: { status: 200, description: 'The challenge. It gets harder while many are requested.', body: challengeView },
  problems: ['throttled'],
});
