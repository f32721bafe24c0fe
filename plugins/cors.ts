import type { Cors } from './framework.ts';

/**
 * What the gateway answers a browser: the listed origins, with credentials. Undefined if none is listed: no web page of another
 * origin gets in then. The stage `local` may list patterns (lib/origins.ts), which only the local gateway understands. Request
 * headers are named one by one, because a wildcard is a literal `*` with credentials. `header` is the one with the credentials.
 */
export function corsFor(origins: readonly string[], header: string): Cors | undefined {
  if (origins.length === 0) return undefined;
  return {
    allowedOrigins: [...origins],
    allowedHeaders: ['accept-language', header.toLowerCase(), 'content-type', 'if-match', 'if-none-match'],
    allowedMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedResponseHeaders: ['etag', 'location', 'retry-after', 'www-authenticate'],
    allowCredentials: true,
    maxAge: 600,
  };
}
