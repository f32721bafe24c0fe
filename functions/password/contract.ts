import * as v from 'valibot';
import { optionalCode, sentView } from '#lib/codes/code-fields.ts';
import { text, token } from '#lib/http/fields.ts';
import { route } from '#lib/http/route.ts';
import { humanProofFields } from '#lib/human-check/human-proof.ts';
import { filled, nameFields } from '#lib/sign-in/credentials.ts';
import { passwordChangedView } from '#lib/users/password-changed-view.ts';

const password = v.pipe(text, v.nonEmpty('blank'));

/**
 * Every token of before is dead when it is answered, API tokens too, and every other session has ended; the one that asks goes on with the
 * tokens in the answer. A wrong `old_password` is a 400 that names the field, counted as a login that failed. Who repeats it after a lost answer
 * has a dead token (401), and signs in with the new password.
 */
export const change = route({
  name: 'passwordChange',
  methods: ['POST'],
  path: '/users/{id}/password/',
  summary: 'Choose another password. Every other session ends.',
  access: 'locked',
  ownedBy: 'id',
  body: v.object({ old_password: password, new_password: password, new_password_confirmation: password }),
  success: {
    status: 200,
    description: 'It is changed. New tokens, as the old ones came: a pair, a sliding token, cookies; none where the caller has no session.',
    body: passwordChangedView,
  },
  problems: ['no_active_account', 'throttled'],
});

/** The answer is the same whoever exists. A link goes to an e-mail address where the stage has a page for it, a code otherwise. */
export const forgot = route({
  name: 'passwordForgot',
  methods: ['POST'],
  path: '/password/forgot/',
  summary: 'Have a link or a code sent to choose another password with.',
  access: 'open',
  body: v.pipe(
    v.object({ ...nameFields, ...humanProofFields }),
    v.forward(
      v.partialCheck([['username'], ['email'], ['mobile']], (fields) => filled(fields) !== undefined, 'identifier_required'),
      ['username'],
    ),
    v.transform(({ username, email, mobile, ...human }) => ({ identifier: filled({ username, email, mobile }) ?? '', ...human })),
  ),
  success: { status: 202, description: 'Whoever should get one gets one; in `retry_after` seconds there may be another.', body: sentView },
  problems: ['human_check_required', 'human_check_failed', 'throttled'],
});

/**
 * Every session and API token of theirs is dead when it is answered, and the address that link or code went to is proved. One answer for whatever is wrong with
 * either; the rules for passwords are judged last, and spend nothing. Who repeats it after a lost answer is told that the link is not valid, and signs in.
 */
export const reset = route({
  name: 'passwordReset',
  methods: ['POST'],
  path: '/password/reset/',
  summary: 'Choose another password, with the token of a link, or an address and the code that went there.',
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
  success: { status: 204, description: 'It is changed. Sign in with it.' },
  problems: ['throttled'],
});
