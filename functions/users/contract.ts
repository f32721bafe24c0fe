import * as v from 'valibot';
import { attributes } from '#attributes.ts';
import { instant, optionalLine } from '#lib/http/fields.ts';
import { route } from '#lib/http/route.ts';
import { listQuery } from '#lib/users/list-query.ts';
import { personViewWith } from '#lib/users/person-view.ts';
import { newUserForm, patchForm, profileForm } from '#lib/users/profile-form.ts';
import { userViewWith } from '#lib/users/user-view.ts';

const user = userViewWith(attributes);

export const list = route({
  name: 'usersList',
  methods: ['GET'],
  path: '/users/',
  summary: 'List and search users',
  access: 'locked',
  judged: 'read',
  query: listQuery,
  success: {
    status: 200,
    description: 'One page of users.',
    body: v.object({ results: v.array(user), next: v.nullable(v.string()) }),
  },
  problems: ['invalid_cursor', 'throttled'],
});

export const create = route({
  name: 'usersCreate',
  methods: ['POST'],
  path: '/users/',
  summary: 'Create a user',
  access: 'locked',
  judged: 'create',
  body: newUserForm(attributes),
  success: { status: 201, description: 'The new user. `Location` is the URL of the user, `ETag` their version.', body: user },
  problems: ['identifier_taken', 'fresh_login_required'],
});

export const get = route({
  name: 'userGet',
  methods: ['GET'],
  path: '/users/{id}/',
  summary: 'Get a user',
  access: 'locked',
  judged: 'read',
  success: { status: 200, description: 'The user. `ETag` is their version.', body: user },
  problems: [],
});

export const replace = route({
  name: 'userReplace',
  methods: ['PUT'],
  path: '/users/{id}/',
  summary: 'Replace a profile',
  access: 'locked',
  judged: 'update',
  body: profileForm(attributes),
  success: { status: 200, description: 'The changed user. `ETag` is their version.', body: user },
  problems: ['identifier_taken', 'precondition_failed', 'fresh_login_required', 'throttled'],
});

export const update = route({
  name: 'userUpdate',
  methods: ['PATCH'],
  path: '/users/{id}/',
  summary: 'Update parts of a profile',
  access: 'locked',
  judged: 'update',
  body: patchForm(attributes),
  success: { status: 200, description: 'The changed user. `ETag` is their version.', body: user },
  problems: ['identifier_taken', 'precondition_failed', 'fresh_login_required', 'throttled'],
});

export const remove = route({
  name: 'userDelete',
  methods: ['DELETE'],
  path: '/users/{id}/',
  summary: 'Delete a user',
  access: 'locked',
  judged: 'delete',
  success: { status: 204, description: 'The user is deleted.' },
  problems: ['fresh_login_required'],
});

export const suspend = route({
  name: 'userSuspend',
  methods: ['POST'],
  path: '/users/{id}/suspend/',
  summary: 'Suspend a user',
  access: 'locked',
  judged: 'suspend',
  body: v.object({ reason: optionalLine(500), until: v.optional(v.nullable(instant)) }),
  success: { status: 200, description: 'The user, with `suspension`.', body: user },
  problems: ['fresh_login_required'],
});

export const reinstate = route({
  name: 'userReinstate',
  methods: ['POST'],
  path: '/users/{id}/reinstate/',
  summary: 'Reinstate a user',
  access: 'locked',
  judged: 'suspend',
  success: { status: 200, description: 'The user.', body: user },
  problems: ['fresh_login_required'],
});

export const exported = route({
  name: 'userExport',
  methods: ['GET'],
  path: '/users/{id}/export/',
  summary: "Export a user's data",
  access: 'locked',
  judged: 'read',
  success: { status: 200, description: 'One JSON document, sent as an attachment.', body: personViewWith(attributes) },
  problems: ['throttled'],
});
