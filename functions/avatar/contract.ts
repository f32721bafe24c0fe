import { object, string } from 'valibot';
import { route } from '#lib/http/route.ts';

/** What is stored is a picture of its own: WebP, upright, at most 512 pixels on its longer side, the first frame, no metadata. */
export const upload = route({
  name: 'avatarUpload',
  methods: ['POST'],
  path: '/users/{id}/avatar/upload',
  summary: 'Show your face: a JPEG, PNG, WebP or GIF of at most 4096 by 4096 pixels.',
  access: 'locked',
  ownedBy: 'id',
  file: { field: 'avatar', maxBytes: 307_200, tooLarge: 'image_too_large' },
  success: { status: 200, description: 'The URL that opens the picture.', body: object({ url: string() }) },
  problems: ['invalid_image', 'throttled'],
});

export const remove = route({
  name: 'avatarDelete',
  methods: ['DELETE'],
  path: '/users/{id}/avatar',
  summary: 'Show your face no longer.',
  access: 'locked',
  ownedBy: 'id',
  success: { status: 204, description: 'There is no picture, whether there was one or not.' },
  problems: [],
});
