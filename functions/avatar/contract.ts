import { object, string } from 'valibot';
import { route } from '#lib/http/route.ts';

export const upload = route({
  name: 'avatarUpload',
  methods: ['POST'],
  path: '/users/{id}/avatar/upload',
  summary: 'Upload an avatar',
  access: 'locked',
  ownedBy: 'id',
  file: { field: 'avatar', maxBytes: 307_200, tooLarge: 'image_too_large' },
  success: { status: 200, description: 'The URL of the picture.', body: object({ url: string() }) },
  problems: ['invalid_image', 'throttled'],
});

export const remove = route({
  name: 'avatarDelete',
  methods: ['DELETE'],
  path: '/users/{id}/avatar',
  summary: 'Delete your avatar',
  access: 'locked',
  ownedBy: 'id',
  success: { status: 204, description: 'There is no picture.' },
  problems: ['throttled'],
});
