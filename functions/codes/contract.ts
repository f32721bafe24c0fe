import * as v from 'valibot';
import { hooks } from '#hooks.ts';
import { openPurposes } from '#lib/codes/code.ts';
import { channel, code, optionalCode, sentView } from '#lib/codes/code-fields.ts';
import { line, text, toggle, token } from '#lib/http/fields.ts';
import { route } from '#lib/http/route.ts';
import { humanProofFields } from '#lib/human-check/human-proof.ts';
import { filled, nameFields } from '#lib/sign-in/credentials.ts';
import { loginViewWith } from '#lib/sign-in/login-view.ts';

/**
 * The answer is the same whoever exists: to register, a code goes to an address that nobody has, and word that there is an account to one that
 * somebody has; otherwise a code goes to somebody’s, and nothing to nobody’s. Codes that prove or exchange one’s own addresses are sent by
 * `/users/{id}/verify/`, `/users/{id}/email/` and `/users/{id}/mobile/`.
 */
export const send = route({
  name: 'codeSend',
  methods: ['POST'],
  path: '/codes/',
  summary: 'Have a code sent: to register, to log in, to choose another password.',
  access: 'open',
  body: v.object({
    channel,
    to: line(254),
    purpose: v.picklist(openPurposes, `not_a_choice:choices=${openPurposes.join(' / ')}`),
    ...humanProofFields,
  }),
  success: { status: 202, description: 'Whoever should get one gets one; in `retry_after` seconds there may be another.', body: sentView },
  problems: ['human_check_required', 'human_check_failed', 'throttled'],
});

/** Wrong, expired and spent codes, unknown names and whoever may not log in get one answer, the one of `/login/`. */
export const login = route({
  name: 'codeLogin',
  methods: ['POST'],
  path: '/login/code/',
  summary: 'Sign in with any identifier and a code that was sent to one of your addresses, which proves that address.',
  access: 'open',
  body: v.pipe(
    v.object({ ...nameFields, code, remembered: v.optional(toggle, false), cookies: v.optional(toggle, false) }),
    v.forward(
      v.partialCheck([['username'], ['email'], ['mobile']], (fields) => filled(fields) !== undefined, 'identifier_required'),
      ['username'],
    ),
    v.transform(({ code, remembered, cookies, ...names }) => ({
      identifier: filled(names) ?? '',
      code,
      isRemembered: remembered,
      wantsCookies: cookies,
    })),
  ),
  success: { status: 200, description: 'As of `/login/`.', body: loginViewWith(hooks.LOGIN_ANSWER) },
  problems: ['no_active_account', 'csrf_failed', 'throttled'],
});

/** Without `code` one is sent to your address of that channel; with it the address is proved. */
export const verify = route({
  name: 'addressVerify',
  methods: ['POST'],
  path: '/users/{id}/verify/',
  summary: 'Prove that your e-mail address or mobile number is yours.',
  access: 'locked',
  ownedBy: 'id',
  body: v.object({ channel, code: optionalCode }),
  success: {
    status: 200,
    description: '`verified`: it is proved. Otherwise a code was sent; in `retry_after` seconds there may be another.',
    body: v.object({ verified: v.boolean(), retry_after: v.optional(v.number()) }),
  },
  problems: ['throttled'],
});

const changed = {
  status: 200,
  description:
    '`changed`: it is yours, and proved. Otherwise a code was sent to it, if it is free; in `retry_after` seconds there may be another.',
  body: v.object({ changed: v.boolean(), retry_after: v.optional(v.number()) }),
} as const;
const password = v.pipe(text, v.nonEmpty('blank'));

/**
 * Without `code` one is sent to the new address; the same form with it exchanges the two. The old address stays until then, and is told, with a link that
 * takes it back. That the new one is somebody else’s is said only to who has a code from there.
 */
export const changeEmail = route({
  name: 'emailChange',
  methods: ['POST'],
  path: '/users/{id}/email/',
  summary: 'Exchange your e-mail address, once the new one is proved.',
  access: 'locked',
  ownedBy: 'id',
  body: v.object({ email: line(254), password, code: optionalCode }),
  success: changed,
  problems: ['identifier_taken', 'throttled'],
});

/** As `/users/{id}/email/`. */
export const changeMobile = route({
  name: 'mobileChange',
  methods: ['POST'],
  path: '/users/{id}/mobile/',
  summary: 'Exchange your mobile number, or add one, once it is proved.',
  access: 'locked',
  ownedBy: 'id',
  body: v.object({ mobile: line(40), password, code: optionalCode }),
  success: changed,
  problems: ['identifier_taken', 'throttled'],
});

/** The address of before is theirs again, everybody is signed out, and the password is void: whoever exchanged the address knew it. */
export const undo = route({
  name: 'changeUndo',
  methods: ['POST'],
  path: '/users/undo/',
  summary: 'Take back an exchange of addresses, with the token that the old one was sent.',
  access: 'open',
  body: v.object({ token }),
  success: { status: 204, description: 'Taken back. `/password/forgot/` goes on from here.' },
  problems: ['identifier_taken', 'throttled'],
});
