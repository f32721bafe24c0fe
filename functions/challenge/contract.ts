import { route } from '#lib/http/route.ts';
import { challengeView } from '#lib/human-check/altcha.ts';

/** ALTCHA’s protocol: give its widget this URL. What the widget makes of it goes into `altcha`, wherever a human check is asked for, and counts once. */
export const offer = route({
  name: 'challengeOffer',
  methods: ['GET'],
  path: '/challenge/',
  summary: 'Get a challenge for a browser to solve: a human check that needs no eyes.',
  access: 'open',
  success: { status: 200, description: 'The challenge, harder where many are asked for.', body: challengeView },
  problems: ['throttled'],
});
