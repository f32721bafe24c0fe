import { route } from '#lib/http/route.ts';

/**
 * A picture never changes under its name, so a cache may keep it for ever, and the name is its entity tag. `If-None-Match`
 * with that tag, weak or strong, in a list or as `*`, is answered 304. HEAD answers as GET does, without the bytes.
 */
export const image = route({
  name: 'mediaImage',
  methods: ['GET', 'HEAD'],
  path: '/media/image/{name}',
  summary: 'Open a picture.',
  access: 'open',
  success: { status: 200, description: 'The picture.', bytes: 'image/webp' },
  problems: ['not_found'],
});

/**
 * What goes with every picture. Nobody's browser may take it for anything but one (`nosniff` is on every answer; CSP3
 * §6.1, `sandbox`), and pages of every origin may show it: faces are there to be seen in somebody's app.
 */
export const imageHeaders = (name: string, entityTag: string) => ({
  'content-type': 'image/webp',
  'content-disposition': `inline; filename="${name}"`,
  'cache-control': 'public, max-age=31536000, immutable',
  etag: entityTag,
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
});
