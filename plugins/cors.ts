import type { Cors } from './framework.ts';

/**
 * The CORS answers of the gateway: the listed origins, with credentials. Undefined if no origin is listed, so no page
 * of another origin gets in. The stage `local` may list patterns (lib/origins.ts), which only the local gateway
 * understands. Request headers are listed one by one, because in requests with credentials `*` is no wildcard but a literal name. `header`
 * is the request header that carries the token (AUTH_HEADER_NAME).
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
