import { route } from '#lib/http/route.ts';

export const image = route({
  name: 'mediaImage',
  methods: ['GET', 'HEAD'],
  path: '/media/image/{name}',
  summary: 'Get a picture',
  access: 'open',
  success: { status: 200, description: 'The picture.', bytes: 'image/webp' },
  problems: ['not_found'],
});

/**
 * The headers of every picture. No browser may read it as another type (`nosniff` is on every answer; CSP3 §6.1,
 * `sandbox`). Pages of every origin may show it, because apps on other origins show the avatars.
 */
export const imageHeaders = (name: string, entityTag: string) => ({
  'content-type': 'image/webp',
  'content-disposition': `inline; filename="${name}"`,
  'cache-control': 'public, max-age=31536000, immutable',
  etag: entityTag,
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
});
