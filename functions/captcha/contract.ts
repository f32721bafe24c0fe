import { route } from '#lib/http/route.ts';

/**
 * The client makes up the UUID and sends it back as `captcha_id`, with what the picture says as `captcha_text`, wherever a human check is asked for. There is
 * one try. Asked for again under the same UUID, there is another picture, and the one before is dead.
 */
export const show = route({
  name: 'captchaShow',
  methods: ['GET'],
  path: '/captcha/{uuid}',
  summary: 'Get a picture to read, for a UUID of your choice. /challenge/ is the way for those who cannot see it.',
  access: 'open',
  success: { status: 200, description: 'The picture, 240 by 80. Case does not matter in the answer.', bytes: 'image/png' },
  problems: ['not_found', 'throttled'],
});

/** What goes with every picture: pages of every origin may show it, and no browser may take it for anything else or keep it (`no-store` is on every answer). */
export const pictureHeaders = {
  'content-type': 'image/png',
  'content-disposition': 'inline',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
};
