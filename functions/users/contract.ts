import * as v from 'valibot';
import { attributes } from '#attributes.ts';
import { instant, optionalLine } from '#lib/http/fields.ts';
import { route } from '#lib/http/route.ts';
import { listQuery } from '#lib/users/list-query.ts';
import { personViewWith } from '#lib/users/person-view.ts';
import { newUserForm, patchForm, profileForm } from '#lib/users/profile-form.ts';
import { userViewWith } from '#lib/users/user-view.ts';

const user = userViewWith(attributes);

/**
 * Newest first, or in the order of the name that is searched by. One filter at a time: `identifier` finds who owns a username, e-mail address or mobile number; the
 * others are what there are indexes for. `cursor` is the `next` of the page before, of the same query. A page can be shorter than `limit` before the last one.
 */
export const list = route({
  name: 'usersList',
  methods: ['GET'],
  path: '/users/',
  summary: 'List and search users.',
  access: 'locked',
  judged: 'read',
  query: listQuery,
  success: {
    status: 200,
    description: 'One page; `next` is the cursor of the next one, null on the last.',
    body: v.object({ results: v.array(user), next: v.nullable(v.string()) }),
  },
  problems: ['invalid_cursor'],
});

/** As registering, by somebody who looks after users: nothing to confirm, no limit, and no password if none is given. */
export const create = route({
  name: 'usersCreate',
  methods: ['POST'],
  path: '/users/',
  summary: 'Make somebody an account.',
  access: 'locked',
  judged: 'create',
  body: newUserForm(attributes),
  success: { status: 201, description: 'The user; `Location` is where to read them, `ETag` their version.', body: user },
  problems: ['identifier_taken'],
});

export const get = route({
  name: 'userGet',
  methods: ['GET'],
  path: '/users/{id}/',
  summary: 'Read yourself, or anybody where you look after users.',
  access: 'locked',
  judged: 'read',
  success: { status: 200, description: 'The user; `ETag` is their version.', body: user },
  problems: [],
});

/**
 * What a profile is, whole: what may be empty is emptied where it is left out, attributes too, and roles stay. What the caller may not write can be sent back as it was
 * read. `If-Match` makes it wait for nobody: where somebody else was faster it is `precondition_failed`. Own names as with PATCH.
 */
export const replace = route({
  name: 'userReplace',
  methods: ['PUT'],
  path: '/users/{id}/',
  summary: 'Replace a profile.',
  access: 'locked',
  judged: 'update',
  body: profileForm(attributes),
  success: { status: 200, description: 'The user as they are now; `ETag` is their version.', body: user },
  problems: ['identifier_taken', 'precondition_failed', 'fresh_login_required'],
});

/**
 * Changes what it names and nothing else, so that two at once both count, unless `If-Match` says otherwise. `null` empties `mobile` and attributes. Whoever changes their own `username`,
 * `email` or `mobile` has to have signed in a moment ago (`fresh_login_required`); the address of before is told.
 */
export const update = route({
  name: 'userUpdate',
  methods: ['PATCH'],
  path: '/users/{id}/',
  summary: 'Change some of a profile.',
  access: 'locked',
  judged: 'update',
  body: patchForm(attributes),
  success: { status: 200, description: 'The user as they are now; `ETag` is their version.', body: user },
  problems: ['identifier_taken', 'precondition_failed', 'fresh_login_required'],
});

/** For good: every token is dead when it is answered, and the names can be taken by others. Oneself only after a fresh sign-in. Repeated, it is 401 to oneself and 404 to those who look after users. */
export const remove = route({
  name: 'userDelete',
  methods: ['DELETE'],
  path: '/users/{id}/',
  summary: 'Delete yourself, or anybody where you look after users.',
  access: 'locked',
  judged: 'delete',
  success: { status: 204, description: 'They are gone.' },
  problems: ['fresh_login_required'],
});

/** Sessions, access tokens and API tokens are dead when it is answered. Nobody suspends themselves. Repeated, it changes reason and end. */
export const suspend = route({
  name: 'userSuspend',
  methods: ['POST'],
  path: '/users/{id}/suspend/',
  summary: 'Let somebody in no more, until a moment or for ever.',
  access: 'locked',
  judged: 'suspend',
  body: v.object({ reason: optionalLine(500), until: v.optional(v.nullable(instant)) }),
  success: { status: 200, description: 'The user, with `suspension`.', body: user },
  problems: [],
});

/** Tokens of before stay dead: they sign in anew. */
export const reinstate = route({
  name: 'userReinstate',
  methods: ['POST'],
  path: '/users/{id}/reinstate/',
  summary: 'Let somebody in again.',
  access: 'locked',
  judged: 'suspend',
  success: { status: 200, description: 'The user.', body: user },
  problems: [],
});

/** As a file to keep: the user, their names, sessions and API tokens. No hash, no token. */
export const exported = route({
  name: 'userExport',
  methods: ['GET'],
  path: '/users/{id}/export/',
  summary: 'Everything that is held about somebody.',
  access: 'locked',
  judged: 'read',
  success: { status: 200, description: 'One document, as an attachment.', body: personViewWith(attributes) },
  problems: [],
});
