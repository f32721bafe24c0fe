import * as v from 'valibot';
import { hooks } from '#hooks.ts';
import { withFields } from '#lib/hooks/fields.ts';
import { token } from '#lib/http/fields.ts';
import { route } from '#lib/http/route.ts';
import { pairViewWith, refreshedViewWith } from '#lib/sessions/pair-view.ts';
import { credentials, credentialsWithoutCookies } from '#lib/sign-in/credentials.ts';

export const obtain = route({
  name: 'tokenObtain',
  methods: ['POST'],
  path: '/token/',
  summary: 'Sign in and get a plain pair of tokens.',
  access: 'open',
  body: credentials,
  success: {
    status: 200,
    description: 'The pair. With `cookies` the tokens come as cookies, and the body says how many seconds the access token is good for.',
    body: pairViewWith(hooks.TOKEN_OBTAIN_SERIALIZER),
  },
  problems: ['no_active_account', 'csrf_failed', 'throttled', 'human_check_required', 'human_check_failed'],
});

/** A refresh token in the body wins over one in the cookie, and is answered in the body. */
export const refresh = route({
  name: 'tokenRefresh',
  methods: ['POST'],
  path: '/token/refresh/',
  summary: 'Get a new access token, and where tokens rotate a new refresh token.',
  access: 'open',
  body: v.object({ refresh: v.optional(token) }),
  success: {
    status: 200,
    description:
      'The new access token; `refresh` where tokens rotate. For a refresh token that came in its cookie, which the body then leaves out, the tokens come as cookies too.',
    body: refreshedViewWith(hooks.TOKEN_REFRESH_SERIALIZER),
  },
  problems: ['token_not_valid', 'no_active_account', 'csrf_failed'],
});

export const verify = route({
  name: 'tokenVerify',
  methods: ['POST'],
  path: '/token/verify/',
  summary: 'Ask whether a token of any kind holds this moment.',
  access: 'open',
  body: v.object({ token }),
  success: {
    status: 200,
    description: 'It holds; there is no body, unless hooks.ts gives one.',
    ...(hooks.TOKEN_VERIFY_SERIALIZER && { body: hooks.TOKEN_VERIFY_SERIALIZER.schema }),
  },
  problems: ['token_not_valid', 'user_not_found', 'user_inactive'],
});

/** Simplejwt renews only a token that has not expired, and the same here: a client asks before `exp`, and until `refresh_exp`. */
export const obtainSliding = route({
  name: 'tokenObtainSliding',
  methods: ['POST'],
  path: '/token/sliding/',
  summary: 'Sign in and get one sliding token.',
  access: 'open',
  body: credentialsWithoutCookies,
  success: { status: 200, description: 'The token.', body: withFields({ token: v.string() }, hooks.SLIDING_TOKEN_OBTAIN_SERIALIZER) },
  problems: ['no_active_account', 'throttled', 'human_check_required', 'human_check_failed'],
});

export const refreshSliding = route({
  name: 'tokenRefreshSliding',
  methods: ['POST'],
  path: '/token/sliding/refresh/',
  summary: 'Trade a sliding token that has not expired for one that expires later.',
  access: 'open',
  body: v.object({ token }),
  success: {
    status: 200,
    description: 'The token, good for its full time, or until its `refresh_exp`.',
    body: withFields({ token: v.string() }, hooks.SLIDING_TOKEN_REFRESH_SERIALIZER),
  },
  problems: ['token_not_valid', 'no_active_account'],
});

/**
 * A refresh token stands for its session: taken back, it takes the session's access tokens along. A spent one is blacklisted already. A
 * sliding token is the same thing under the name that it has at its own endpoints: in `refresh` it has the wrong type, as in simplejwt. Where
 * both are given, `refresh` counts.
 */
export const blacklist = route({
  name: 'tokenBlacklist',
  methods: ['POST'],
  path: '/token/blacklist/',
  summary: 'Take a refresh token back, or in `token` a sliding one, and end its session.',
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
  success: { status: 200, description: 'It is on the blacklist.', body: withFields({}, hooks.TOKEN_BLACKLIST_SERIALIZER) },
  problems: ['token_not_valid'],
});
