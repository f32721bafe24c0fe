import * as v from 'valibot';
import { hooks } from '#hooks.ts';
import { openPurposes } from '#lib/codes/code.ts';
import { channel, code, optionalCode, sentView } from '#lib/codes/code-fields.ts';
import { line, text, toggle, token } from '#lib/http/fields.ts';
import { route } from '#lib/http/route.ts';
import { humanProofFields } from '#lib/human-check/human-proof.ts';
import { deviceFields, filled, nameFields } from '#lib/sign-in/credentials.ts';
import { loginViewWith } from '#lib/sign-in/login-view.ts';

export const send = route({
  name: 'codeSend',
  methods: ['POST'],
  path: '/codes/',
  summary: 'Send a code',
  access: 'open',
  body: v.object({
    channel,
    to: line(254),
    purpose: v.picklist(openPurposes, `not_a_choice:choices=${openPurposes.join(' / ')}`),
    ...deviceFields,
    ...humanProofFields,
  }),
  success: {
    status: 202,
    description: 'The request is accepted. Another code can be requested after `retry_after` seconds.',
    body: sentView,
  },
  problems: ['human_check_required', 'human_check_failed', 'throttled'],
});

export const login = route({
  name: 'codeLogin',
  methods: ['POST'],
  path: '/login/code/',
  summary: 'Sign in with a code',
  access: 'open',
  body: v.pipe(
    v.object({ ...nameFields, ...deviceFields, code, remembered: v.optional(toggle, false), cookies: v.optional(toggle, false) }),
    v.forward(
      v.partialCheck([['username'], ['email'], ['mobile']], (fields) => filled(fields) !== undefined, 'identifier_required'),
      ['username'],
    ),
    v.transform(({ code, remembered, cookies, device, ...names }) => ({
      identifier: filled(names) ?? '',
      code,
      isRemembered: remembered,
      wantsCookies: cookies,
      device,
    })),
  ),
  success: { status: 200, description: 'The answer of `/login/`.', body: loginViewWith(hooks.LOGIN_ANSWER) },
  problems: ['no_active_account', 'csrf_failed', 'throttled'],
});

export const verify = route({
  name: 'addressVerify',
  methods: ['POST'],
  path: '/users/{id}/verify/',
  summary: 'Verify your e-mail address or mobile number',
  access: 'locked',
  ownedBy: 'id',
  body: v.object({ channel, code: optionalCode }),
  success: {
    status: 200,
    description:
      '`verified` is true if the address is verified. Otherwise a code was sent; another can be requested after ' +
      '`retry_after` seconds.',
    body: v.object({ verified: v.boolean(), retry_after: v.optional(v.number()) }),
  },
  problems: ['fresh_login_required', 'throttled'],
});

const changed = {
  status: 200,
  description:
    '`changed` is true if the change is made. Otherwise a code was sent to the new address, if it is free; ' +
    'another can be requested after `retry_after` seconds.',
  body: v.object({ changed: v.boolean(), retry_after: v.optional(v.number()) }),
} as const;
const password = v.pipe(text, v.nonEmpty('blank'));

export const changeEmail = route({
  name: 'emailChange',
  methods: ['POST'],
  path: '/users/{id}/email/',
  summary: 'Change your e-mail address',
  access: 'locked',
  ownedBy: 'id',
  body: v.object({ email: line(254), password, code: optionalCode }),
  success: changed,
  problems: ['identifier_taken', 'throttled'],
});

export const changeMobile = route({
  name: 'mobileChange',
  methods: ['POST'],
  path: '/users/{id}/mobile/',
  summary: 'Change your mobile number',
  access: 'locked',
  ownedBy: 'id',
  body: v.object({ mobile: line(40), password, code: optionalCode }),
  success: changed,
  problems: ['identifier_taken', 'throttled'],
});

export const undo = route({
  name: 'changeUndo',
  methods: ['POST'],
  path: '/users/undo/',
  summary: 'Undo a change of address',
  access: 'open',
  body: v.object({ token }),
  success: { status: 204, description: 'The change is undone. Choose a new password with `/password/forgot/`.' },
  problems: ['identifier_taken', 'throttled'],
});
