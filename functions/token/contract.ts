import * as v from 'valibot';
import { hooks } from '#hooks.ts';
import { withFields } from '#lib/hooks/fields.ts';
import { token } from '#lib/http/fields.ts';
import { route } from '#lib/http/route.ts';
import { pairViewWith, refreshedViewWith } from '#lib/sessions/pair-view.ts';
import { djangoCredentials, djangoCredentialsWithoutCookies } from '#lib/sign-in/credentials.ts';

export const obtain = route({
  name: 'tokenObtain',
  methods: ['POST'],
  path: '/token/',
  summary: 'Obtain a token pair',
  access: 'open',
  body: djangoCredentials,
  success: {
    status: 200,
    description: 'The token pair. With `cookies`, the tokens come as cookies and the body has `expires_in`.',
    body: pairViewWith(hooks.TOKEN_OBTAIN_SERIALIZER),
  },
  problems: ['no_active_account', 'csrf_failed', 'throttled', 'human_check_required', 'human_check_failed'],
});

export const refresh = route({
  name: 'tokenRefresh',
  methods: ['POST'],
  path: '/token/refresh/',
  summary: 'Refresh an access token',
  access: 'open',
  body: v.object({ refresh: v.optional(token) }),
  success: {
    status: 200,
    description: 'The new tokens. After a refresh token in a cookie, they come as cookies and the body has `expires_in`.',
    body: refreshedViewWith(hooks.TOKEN_REFRESH_SERIALIZER),
  },
  problems: ['token_not_valid', 'no_active_account', 'csrf_failed', 'throttled'],
});

export const verify = route({
  name: 'tokenVerify',
  methods: ['POST'],
  path: '/token/verify/',
  summary: 'Verify a token',
  access: 'open',
  body: v.object({ token }),
  success: {
    status: 200,
    description: 'The token is valid. The body is empty unless `hooks.ts` adds fields.',
    ...(hooks.TOKEN_VERIFY_SERIALIZER && { body: hooks.TOKEN_VERIFY_SERIALIZER.schema }),
  },
  problems: ['token_not_valid', 'user_not_found', 'user_inactive', 'throttled'],
});

export const obtainSliding = route({
  name: 'tokenObtainSliding',
  methods: ['POST'],
  path: '/token/sliding/',
  summary: 'Obtain a sliding token',
  access: 'open',
  body: djangoCredentialsWithoutCookies,
  success: {
    status: 200,
    description: 'The token.',
    body: withFields({ token: v.string(), device: v.optional(v.string()) }, hooks.SLIDING_TOKEN_OBTAIN_SERIALIZER),
  },
  problems: ['no_active_account', 'throttled', 'human_check_required', 'human_check_failed'],
});

export const refreshSliding = route({
  name: 'tokenRefreshSliding',
  methods: ['POST'],
  path: '/token/sliding/refresh/',
  summary: 'Refresh a sliding token',
  access: 'open',
  body: v.object({ token }),
  success: {
    status: 200,
    description: 'The token. It expires after its full lifetime, or at its `refresh_exp` if that is earlier.',
    body: withFields({ token: v.string() }, hooks.SLIDING_TOKEN_REFRESH_SERIALIZER),
  },
  problems: ['token_not_valid', 'no_active_account', 'throttled'],
});

export const blacklist = route({
  name: 'tokenBlacklist',
  methods: ['POST'],
  path: '/token/blacklist/',
  summary: 'Blacklist a token',
  access: 'open',
  body: v.pipe(
    v.object({ refresh: v.optional(token), token: v.optional(token) }),
    v.forward(
      v.partialCheck([['refresh'], ['token']], ({ refresh: given, token: sliding }) => (given ?? sliding) !== undefined, 'required'),
      ['refresh'],
    ),
    v.transform(({ refresh: given, token: sliding = '' }) =>
      given === undefined ? ({ text: sliding, type: 'sliding' } as const) : ({ text: given, type: 'refresh' } as const),
    ),
  ),
  success: { status: 200, description: 'The token is on the blacklist.', body: withFields({}, hooks.TOKEN_BLACKLIST_SERIALIZER) },
  problems: ['token_not_valid', 'throttled'],
});
