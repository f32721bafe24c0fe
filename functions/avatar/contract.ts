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
  problems: [
    'malformed_request',
    'validation_failed',
    'invalid_image',
    'not_authenticated',
    'bad_authorization_header',
    'token_not_valid',
    'user_not_found',
    'user_inactive',
    'permission_denied',
    'image_too_large',
    'unsupported_media_type',
    'throttled',
    'unavailable',
  ],
});

export const remove = route({
  name: 'avatarDelete',
  methods: ['DELETE'],
  path: '/users/{id}/avatar',
  summary: 'Show your face no longer.',
  access: 'locked',
  ownedBy: 'id',
  success: { status: 204, description: 'There is no picture, whether there was one or not.' },
  problems: [
    'not_authenticated',
    'bad_authorization_header',
    'token_not_valid',
    'user_not_found',
    'user_inactive',
    'permission_denied',
    'unavailable',
  ],
});
