import { describe, expect, test } from 'vitest';
import type { Asked } from '#lib/http/authorizer.ts';
import { bySchemes } from '#lib/http/scheme.ts';
import { byAccessCookie } from '#lib/tokens/access-cookie.ts';
import { quietly } from '../logged.ts';
import { madeSettings } from '../made-settings.ts';
import { client } from '../users/made-service.ts';

const caller = { sub: 'u', sid: 's', jti: 'j', roles: [], exp: 2_000_000_000 };
const judge = async (token: string) => (token === 'good' ? caller : ({ code: 'token_not_valid', detail: 'token_expired' } as const));
const on = madeSettings({ AUTH_COOKIES: 'lax', CORS_ORIGINS: 'https://app.example.com' });
const own = { 'sec-fetch-site': 'same-origin' };

function asked(method: string, tokens: string[], headers: Record<string, string> = {}): Asked {
  return {
    method,
    header: (name) => headers[name],
    cookies: (name) => (name === '__Host-access' ? tokens : []),
    origin: 'https://api.example.com',
    client,
  };
}
const outcome = (...given: Parameters<typeof asked>) => quietly(async () => await byAccessCookie(on, judge)?.(asked(...given)));

describe('an access cookie', () => {
  test('proves the caller, and is marked as a cookie', async () => {
    for (const method of ['GET', 'HEAD']) expect(await outcome(method, ['good'])).toEqual({ ...caller, isByCookie: true });
    expect(await outcome('POST', ['good'], own)).toEqual({ ...caller, isByCookie: true });
    expect(await outcome('DELETE', ['good'], { origin: 'https://app.example.com' })).toEqual({ ...caller, isByCookie: true });
  });

  test('is refused for a request that changes something and that no page of ours sent', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', '']) {
      for (const headers of [{}, { 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.example' }, { origin: 'null' }])
        expect(await outcome(method, ['good'], headers)).toMatchObject({ code: 'csrf_failed' });
    }
  });

  test('is refused with the reason of its token', async () => {
    expect(await outcome('GET', ['bad'])).toEqual({ code: 'token_not_valid', detail: 'token_expired' });
    expect(await outcome('GET', [''])).toEqual({ code: 'token_not_valid', detail: 'token_expired' });
  });

  test('is refused if there is another of its name', async () => {
    expect(await outcome('GET', ['good', 'good'])).toEqual({ code: 'token_not_valid', detail: 'token_invalid' });
  });

  test('that is missing proves no caller', async () => {
    expect(await outcome('GET', [])).toMatchObject({ code: 'not_authenticated' });
    expect(await outcome('POST', [])).toMatchObject({ code: 'not_authenticated' });
  });

  test('is not read on a stage without cookies', () => {
    expect(byAccessCookie(madeSettings(), judge)).toBeUndefined();
  });
});

describe('beside an Authorization header', () => {
  const cookie = async () => ({ ...caller, sub: 'by cookie' });
  const schemes = { bearer: async (word: string) => ({ ...caller, sub: word }) };

  test('the header wins if it names a scheme of the stage, even if it is invalid', async () => {
    expect(await bySchemes(schemes, 'Bearer header', client, cookie)).toMatchObject({ sub: 'header' });
    expect(await bySchemes(schemes, 'Bearer', client, cookie)).toMatchObject({ code: 'bad_authorization_header' });
  });

  test('the cookie counts if there is no header, or one of another scheme', async () => {
    for (const header of ['', 'Basic dTpw', 'Bearer2 x'])
      expect(await bySchemes(schemes, header, client, cookie)).toMatchObject({ sub: 'by cookie' });
  });
});
