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
  summary: 'Register an account',
  access: 'open',
  body: registrationForm(attributes),
  success: { status: 201, description: 'The new user. `Location` is the URL of the user.', body: userViewWith(attributes) },
  problems: ['identifier_taken', 'throttled', 'human_check_required', 'human_check_failed'],
});

export const login = route({
  name: 'login',
  methods: ['POST'],
  path: '/login/',
  summary: 'Sign in',
  access: 'open',
  body: credentials,
  success: {
    status: 200,
    description: 'The tokens and the user who signed in. With `cookies`, the tokens come as cookies instead.',
    body: loginViewWith(hooks.LOGIN_ANSWER),
  },
  problems: ['no_active_account', 'csrf_failed', 'throttled', 'human_check_required', 'human_check_failed'],
});

export const logout = route({
  name: 'logout',
  methods: ['POST'],
  path: '/logout/',
  summary: 'Sign out',
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

export const userInfo = route({
  name: 'userInfo',
  methods: ['GET', 'POST'],
  path: '/userInfo/',
  summary: 'Get your roles and abilities',
  access: 'locked',
  success: { status: 200, description: 'The caller.', body: userInfoView },
  problems: [],
});
