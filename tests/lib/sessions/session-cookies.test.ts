import { describe, expect, test } from 'vitest';
import type { Problem } from '#lib/problem.ts';
import { refreshByCookie } from '#lib/sessions/refresh-by-cookie.ts';
import { sessionCookies } from '#lib/sessions/session-cookies.ts';
import { madeSettings } from '../made-settings.ts';
import { madeSignIn } from './made-sign-in.ts';

const pair = { access: 'a.a.a', refresh: 'r.r.r', expiresInSeconds: 300, refreshSeconds: 86_400, isRemembered: false };
const cookiesOf = (given: Record<string, string> = {}) => sessionCookies(madeSettings({ AUTH_COOKIES: 'lax', ...given }));
const sentBy = (headers: Record<string, string>) => ({ header: (name: string) => headers[name], origin: 'https://api.example.com' });
const own = sentBy({ 'sec-fetch-site': 'same-origin' });

describe('the cookies', () => {
  test('are hidden from scripts, sent over TLS only, and end with the browser', () => {
    expect(cookiesOf().give(pair)).toEqual([
      '__Host-access=a.a.a; Path=/; Secure; HttpOnly; SameSite=Lax',
      '__Secure-refresh=r.r.r; Path=/token/refresh; Secure; HttpOnly; SameSite=Lax',
    ]);
  });

  test('outlive the browser if the session is remembered, for as long as it can last', () => {
    for (const line of cookiesOf().give({ ...pair, isRemembered: true })) expect(line).toMatch(/; Max-Age=86400$/);
  });

  test('are sent with requests of this site only, as strictly as the stage says', () => {
    for (const line of cookiesOf({ AUTH_COOKIES: 'strict' }).give(pair)) expect(line).toMatch(/; SameSite=Strict$/);
  });

  test('are deleted with the attributes they were set with', () => {
    expect(cookiesOf().take()).toEqual([
      '__Host-access=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0',
      '__Secure-refresh=; Path=/token/refresh; Secure; HttpOnly; SameSite=Lax; Max-Age=0',
    ]);
  });

  test('leave the refresh token unchanged if tokens do not rotate', () => {
    expect(cookiesOf({ ROTATE_REFRESH_TOKENS: 'false' }).renew(pair)).toEqual([cookiesOf().give(pair)[0]]);
    expect(cookiesOf().renew(pair)).toEqual(cookiesOf().give(pair));
  });

  test.for([
    [{ API_PREFIX: '/accounts' }, '/accounts/token/refresh'],
    [{ PUBLIC_URL: 'https://example.com/auth' }, '/auth/token/refresh'],
    [{ PUBLIC_URL: 'https://example.com', API_PREFIX: '/v1' }, '/v1/token/refresh'],
    [{ PUBLIC_URL: 'https://example.com/auth', API_PREFIX: '/v1' }, '/auth/v1/token/refresh'],
  ] as const)('have the path that the browser sees: %j', ([given, path]) => {
    expect(cookiesOf(given).give(pair)[1]).toContain(`; Path=${path};`);
  });
});

describe('a sign-in', () => {
  test('gets cookies if it asks for them, and only then', () => {
    const cookies = cookiesOf();
    expect(cookies.wanted({ wantsCookies: false }, sentBy({}))).toBeUndefined();
    expect(cookies.wanted({}, sentBy({}))).toBeUndefined();
    expect(cookies.wanted({ wantsCookies: true }, own)).toBe(cookies.give);
  });

  test('with cookies is refused for a page of another origin', () => {
    for (const sent of [sentBy({}), sentBy({ origin: 'https://evil.example' })])
      expect(() => cookiesOf().wanted({ wantsCookies: true }, sent)).toThrow(expect.objectContaining({ code: 'csrf_failed' }));
  });

  test('is told if the stage has no cookies, and gets no tokens in the body instead', () => {
    const refused = expect.objectContaining({
      code: 'validation_failed',
      options: expect.objectContaining({ errors: { cookies: [{ phrase: 'cookies_off' }] } }),
    });
    expect(() => cookiesOf({ AUTH_COOKIES: 'off' }).wanted({ wantsCookies: true }, own)).toThrow(refused);
  });
});

describe('a refresh by cookie', () => {
  const browser = (jar: Record<string, string[]>, headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' }) => ({
    ...sentBy(headers),
    cookies: (name: string) => jar[name] ?? [],
  });
  const both = ({ access, refresh }: { access: string; refresh: string }) => ({ '__Host-access': [access], '__Secure-refresh': [refresh] });
  const refusal = async (doing: Promise<unknown>) =>
    await doing.then(
      () => expect.unreachable(),
      ({ code, options }: Problem) => ({ code, isCleared: options.cookies !== undefined, errors: options.errors }),
    );
  async function service(given: Record<string, string> = {}) {
    const person = await madeSignIn();
    return { ...person, refreshed: { cookies: cookiesOf(given), renew: person.refresh } };
  }

  test('gives the next pair, also beside an expired access token', async () => {
    const { first, refreshed, pass, holds } = await service();
    pass(1000);
    expect(await holds(first.access)).toBe(false);
    expect(await holds((await refreshByCookie(refreshed, browser(both(first)))).access)).toBe(true);
  });

  test('deletes the cookies if the token is refused', async () => {
    const { first, refreshed, pass } = await service();
    pass(4000);
    expect(await refusal(refreshByCookie(refreshed, browser(both(first))))).toMatchObject({ code: 'token_not_valid', isCleared: true });
  });

  test('leaves the cookies if another page asked, or if something of ours failed', async () => {
    const { first, refreshed } = await service();
    expect(await refusal(refreshByCookie(refreshed, browser(both(first), {})))).toMatchObject({ code: 'csrf_failed', isCleared: false });
    const renew = async () => {
      throw new Error('table on fire');
    };
    await expect(refreshByCookie({ ...refreshed, renew }, browser(both(first)))).rejects.toThrow('table on fire');
    expect((await refreshByCookie(refreshed, browser(both(first)))).access).toBeTypeOf('string');
  });

  test('refuses a planted refresh cookie: without an access cookie, beside another, or with another’s', async () => {
    const { first, refreshed, elsewhere } = await service();
    const planted = await elsewhere();
    for (const jar of [
      { '__Secure-refresh': [planted.refresh] },
      { '__Secure-refresh': [planted.refresh], '__Host-access': [first.access] },
      { '__Secure-refresh': [planted.refresh, first.refresh], '__Host-access': [first.access] },
      { '__Secure-refresh': [first.refresh], '__Host-access': [first.access, planted.access] },
      { '__Secure-refresh': ['garbage'], '__Host-access': ['garbage'] },
      { '__Secure-refresh': [''], '__Host-access': [''] },
    ])
      expect(await refusal(refreshByCookie(refreshed, browser(jar)))).toMatchObject({ code: 'token_not_valid' });
  });

  test('is refused as a missing field without a cookie, and on a stage without cookies', async () => {
    const { first, refreshed } = await service();
    const missing = { code: 'validation_failed', errors: { refresh: [{ phrase: 'required' }] }, isCleared: false };
    expect(await refusal(refreshByCookie(refreshed, browser({})))).toEqual(missing);
    const off = await service({ AUTH_COOKIES: 'off' });
    expect(await refusal(refreshByCookie(off.refreshed, browser(both(first))))).toEqual(missing);
  });
});

test('a session stays remembered, or not, through every refresh', async () => {
  for (const isRemembered of [true, false]) {
    const { first, refresh } = await madeSignIn({ isRemembered });
    const next = await refresh(first.refresh);
    expect([first.isRemembered, next.isRemembered]).toEqual([isRemembered, isRemembered]);
    expect(next.refreshSeconds).toBe(isRemembered ? 7200 : 3600);
  }
});
