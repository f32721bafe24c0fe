import { expect, it } from 'vitest';
import { corsFor } from '../../plugins/cors.ts';

it('lets no page of another origin in if no origin is listed', () => {
  expect(corsFor([], 'Authorization')).toBeUndefined();
});

it('lets exactly the named origins in, with credentials, and what a signed-in client sends and reads', () => {
  const cors = corsFor(['https://app.example.com', 'https://admin.example.com'], 'Authorization');
  expect(cors?.allowedOrigins).toEqual(['https://app.example.com', 'https://admin.example.com']);
  expect(cors?.allowCredentials).toBe(true);
  expect(cors?.allowedHeaders).toEqual(
    expect.arrayContaining(['authorization', 'content-type', 'accept-language', 'if-match', 'if-none-match']),
  );
  expect(cors?.exposedResponseHeaders).toEqual(expect.arrayContaining(['retry-after', 'location', 'www-authenticate', 'etag']));
});

it('passes the patterns of the stage local to its gateway', () => {
  expect(corsFor(['http://localhost:*'], 'Authorization')?.allowedOrigins).toEqual(['http://localhost:*']);
});

it('names every method and header, since with credentials a wildcard means the letter *', () => {
  expect(JSON.stringify(corsFor(['https://app.example.com'], 'Authorization'))).not.toContain('*');
});

it('lets the header of the stage in, and no other for credentials', () => {
  const { allowedHeaders } = corsFor(['https://app.example.com'], 'X-Access-Token') ?? {};
  expect(allowedHeaders).toContain('x-access-token');
  expect(allowedHeaders).not.toContain('authorization');
});
