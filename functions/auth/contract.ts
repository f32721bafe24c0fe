import * as v from 'valibot';
import { attributes } from '#attributes.ts';
import { hooks } from '#hooks.ts';
import { token } from '#lib/http/fields.ts';
import { route } from '#lib/http/route.ts';
import { logoutScopes } from '#lib/sessions/session.ts';
import { credentials } from '#lib/sign-in/credentials.ts';
import { loginViewWith } from '#lib/sign-in/login-view.ts';
import { registrationForm } from '#lib/users/profile-form.ts';
import { userInfoView } from '#lib/users/user-info-view.ts';
import { userViewWith } from '#lib/users/user-view.ts';

export const register = route({
  name: 'register',
  methods: ['POST'],
  path: '/register/',
  summary: 'Make an account. Without a username, the name is the username too.',
  access: 'open',
  body: registrationForm(attributes),
  success: { status: 201, description: 'The user; `Location` is where to read them.', body: userViewWith(attributes) },
  problems: ['identifier_taken', 'throttled', 'human_check_required', 'human_check_failed'],
});

export const login = route({
  name: 'login',
  methods: ['POST'],
  path: '/login/',
  summary: 'Sign in with any identifier and the password.',
  access: 'open',
  body: credentials,
  success: {
    status: 200,
    description:
      'Tokens and who signed in; `expires_in` is the access token’s, in seconds. With `cookies` the tokens come as cookies instead.',
    body: loginViewWith(hooks.LOGIN_ANSWER),
  },
  problems: ['no_active_account', 'csrf_failed', 'throttled', 'human_check_required', 'human_check_failed'],
});

/**
 * Ended means: tokens of both kinds are dead when the answer is sent. `others` leaves the caller's session, `global` leaves
 * none, and the token that logged out is refused from then on (401). A `refresh` token names one more session of the caller's
 * to end; somebody else's is refused. A browser that called with cookies is rid of them where its own session ended.
 */
export const logout = route({
  name: 'logout',
  methods: ['POST'],
  path: '/logout/',
  summary: 'Sign out here, everywhere else, or everywhere.',
  access: 'locked',
  body: v.object({
    refresh: v.optional(token),
    scope: v.optional(v.picklist(logoutScopes, `not_a_choice:choices=${logoutScopes.join(' / ')}`), 'local'),
  }),
  success: {
    status: 200,
    description: 'The sessions have ended.',
    body: v.object({ status_code: v.literal(200), message: v.literal('success') }),
  },
  problems: ['permission_denied'],
});

/** `ability` is what a user interface may offer; it grants nothing. A body is not looked at. */
export const userInfo = route({
  name: 'userInfo',
  methods: ['GET', 'POST'],
  path: '/userInfo/',
  summary: 'Who am I, and what may I do?',
  access: 'locked',
  success: { status: 200, description: 'The caller.', body: userInfoView },
  problems: [],
});
