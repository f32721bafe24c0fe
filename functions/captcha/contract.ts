import { route } from '#lib/http/route.ts';

export const show = route({
  name: 'captchaShow',
  methods: ['GET'],
  path: '/captcha/{uuid}',
  summary: 'Get a captcha picture',
  access: 'open',
  success: { status: 200, description: 'A PNG of 240 by 80 pixels.', bytes: 'image/png' },
  problems: ['not_found', 'throttled'],
});

/**
 * The headers of every picture. Pages of every origin may show it. No browser may read it as another type or keep it
 * (`no-store` is on every answer).
 */
export const pictureHeaders = {
  'content-type': 'image/png',
  'content-disposition': 'inline',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
};
