import { attributes } from '#attributes.ts';
import { route } from '#lib/http/route.ts';
import { userViewWith } from '#lib/users/user-view.ts';

export const get = route({
  name: 'userGet',
  methods: ['GET'],
  path: '/users/{id}/',
  summary: 'Read your own record.',
  access: 'locked',
  ownedBy: 'id',
  success: { status: 200, description: 'The user.', body: userViewWith(attributes) },
  problems: [],
});
