import * as v from 'valibot';
import { apiTokensView, createdApiTokenView } from '#lib/api-tokens/api-token-view.ts';
import { optionalLine, optionalWhole } from '#lib/http/fields.ts';
import { route } from '#lib/http/route.ts';
import { djangoCredentialsWithoutCookies } from '#lib/sign-in/credentials.ts';

const tenYears = 315_360_000;

export const obtain = route({
  name: 'apiTokenObtain',
  methods: ['POST'],
  path: '/api-token-auth/',
  summary: 'Create an API token',
  access: 'open',
  body: v.intersect([djangoCredentialsWithoutCookies, v.object({ name: optionalLine(64), expires_in: optionalWhole(1, tenYears) })]),
  success: { status: 200, description: 'The token. It is shown only this once.', body: createdApiTokenView },
  problems: ['no_active_account', 'throttled', 'too_many_api_tokens', 'not_found', 'human_check_required', 'human_check_failed'],
});

export const list = route({
  name: 'apiTokensList',
  methods: ['GET'],
  path: '/users/{id}/api-tokens/',
  summary: 'List your API tokens',
  access: 'locked',
  ownedBy: 'id',
  success: { status: 200, description: 'The tokens without their secret text.', body: apiTokensView },
  problems: ['not_found'],
});

export const revoke = route({
  name: 'apiTokenRevoke',
  methods: ['DELETE'],
  path: '/users/{id}/api-tokens/{token_id}/',
  summary: 'Revoke an API token',
  access: 'locked',
  ownedBy: 'id',
  success: { status: 204, description: 'The token is revoked.' },
  problems: ['not_found'],
});
