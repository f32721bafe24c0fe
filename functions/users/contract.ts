import { route } from '#lib/http/route.ts';
import { userView } from '#lib/users/user-view.ts';

export const get = route({
  name: 'userGet',
  methods: ['GET'],
  path: '/users/{id}/',
  summary: 'Read your own record.',
  access: 'locked',
  ownedBy: 'id',
  success: { status: 200, description: 'The user.', body: userView },
  problems: [],
});
