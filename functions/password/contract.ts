import * as v from 'valibot';
import { optionalCode, sentView } from '#lib/codes/code-fields.ts';
import { text, token } from '#lib/http/fields.ts';
import { route } from '#lib/http/route.ts';
import { humanProofFields } from '#lib/human-check/human-proof.ts';
import { deviceFields, filled, nameFields } from '#lib/sign-in/credentials.ts';
import { passwordChangedView } from '#lib/users/password-changed-view.ts';

const password = v.pipe(text, v.nonEmpty('blank'));

export const change = route({
  name: 'passwordChange',
  methods: ['POST'],
  path: '/users/{id}/password/',
  summary: 'Change your password',
  access: 'locked',
  ownedBy: 'id',
  body: v.object({ old_password: password, new_password: password, new_password_confirmation: password }),
  success: {
    status: 200,
    description:
      'The password is changed. New tokens come in the form of the old ones: a pair, a sliding token or cookies. ' +
      'A caller without a session gets none.',
    body: passwordChangedView,
  },
  problems: ['no_active_account', 'throttled'],
});

export const forgot = route({
  name: 'passwordForgot',
  methods: ['POST'],
  path: '/password/forgot/',
  summary: 'Request a password reset',
  access: 'open',
  body: v.pipe(
    v.object({ ...nameFields, ...deviceFields, ...humanProofFields }),
    v.forward(
      v.partialCheck([['username'], ['email'], ['mobile']], (fields) => filled(fields) !== undefined, 'identifier_required'),
      ['username'],
    ),
    v.transform(({ username, email, mobile, ...human }) => ({ identifier: filled({ username, email, mobile }) ?? '', ...human })),
  ),
  success: {
    status: 202,
    description: 'The request is accepted. Another message can be requested after `retry_after` seconds.',
    body: sentView,
  },
  problems: ['human_check_required', 'human_check_failed', 'throttled'],
});

export const reset = route({
  name: 'passwordReset',
  methods: ['POST'],
  path: '/password/reset/',
  summary: 'Reset a password',
  access: 'open',
  body: v.pipe(
    v.object({
      token: v.optional(token),
      email: nameFields.email,
      mobile: nameFields.mobile,
      code: optionalCode,
      password,
      password_confirmation: password,
    }),
    v.forward(
      v.partialCheck([['token'], ['code']], ({ token, code }) => token !== undefined || code !== undefined, 'required'),
      ['token'],
    ),
    v.transform(({ email, mobile, ...rest }) => ({ identifier: filled({ email, mobile }), ...rest })),
  ),
  success: { status: 204, description: 'The password is changed. Sign in with it.' },
  problems: ['throttled'],
});
