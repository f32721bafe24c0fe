import * as v from 'valibot';
import { apiTokensView, createdApiTokenView } from '#lib/api-tokens/api-token-view.ts';
import { optionalLine, optionalWhole } from '#lib/http/fields.ts';
import { route } from '#lib/http/route.ts';
import { credentialsWithoutCookies } from '#lib/sign-in/credentials.ts';

const tenYears = 315_360_000;

/** Django REST Framework’s `obtain_auth_token`, and more to it: `name` is for its owner to know it by, `expires_in` is in seconds. */
export const obtain = route({
  name: 'apiTokenObtain',
  methods: ['POST'],
  path: '/api-token-auth/',
  summary: 'Get an API token, for a program to sign in with. Where AUTH_HEADER_TYPES has Token.',
  access: 'open',
  body: v.intersect([credentialsWithoutCookies, v.object({ name: optionalLine(64), expires_in: optionalWhole(1, tenYears) })]),
  success: { status: 200, description: 'The token, which is shown this once.', body: createdApiTokenView },
  problems: ['no_active_account', 'throttled', 'too_many_api_tokens', 'not_found', 'human_check_required', 'human_check_failed'],
});

export const list = route({
  name: 'apiTokensList',
  methods: ['GET'],
  path: '/users/{id}/api-tokens/',
  summary: 'See your API tokens that are good this moment, newest first. Where AUTH_HEADER_TYPES has Token.',
  access: 'locked',
  ownedBy: 'id',
  success: { status: 200, description: 'What is known of the tokens, never they themselves.', body: apiTokensView },
  problems: ['not_found'],
});

/** Revoked at once, also the one that asks. Asked again it is `not_found`, which says that it is gone. */
export const revoke = route({
  name: 'apiTokenRevoke',
  methods: ['DELETE'],
  path: '/users/{id}/api-tokens/{token_id}/',
  summary: 'Revoke one of your API tokens. Where AUTH_HEADER_TYPES has Token.',
  access: 'locked',
  ownedBy: 'id',
  success: { status: 204, description: 'It is revoked.' },
  problems: ['not_found'],
});
