import * as v from 'valibot';
import { text } from '#lib/http/fields.ts';
import { route } from '#lib/http/route.ts';
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
