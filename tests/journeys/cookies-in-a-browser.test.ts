import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Emulator } from '#local/emulators/emulator.ts';
import { listen } from '#local/emulators/listen.ts';
import { type Gateway, startGateway } from '#local/gateway/gateway.ts';
import { type Browser, chromium, type Page, startBrowser } from '../support/browser.ts';
import { type SignedInUser, signedInUser } from './users.ts';

const app = 'http://localhost:5173'; // the same site, and an allowed origin
const sameSite = 'http://localhost:5174'; // the same site, but not an allowed origin
const otherSite = 'http://stranger.test'; // another site

if (!chromium) console.warn('skipped: cookies in a browser; there is no Chromium (apt-get install chromium, or name it in CHROMIUM)');

describe.skipIf(!chromium)('a user in a browser', () => {
  let gateway: Gateway;
  let pages: Emulator;
  let profile: string;
  let browser: Browser | undefined;
  let user: SignedInUser;
  let api: string;

  beforeAll(async () => {
    profile = mkdtempSync(join(tmpdir(), 'browser-'));
    [gateway, pages] = await Promise.all([
      startGateway({ shape: { AUTH_COOKIES: 'lax', CORS_ORIGINS: 'http://localhost:5173' } }),
      pageServer(),
    ]);
    api = gateway.url.replace('127.0.0.1', 'localhost');
    user = await signedInUser(gateway);
  });
  afterAll(async () => {
    await browser?.quit();
    await Promise.all([gateway?.stop(), pages?.stop()]);
    rmSync(profile, { recursive: true, force: true });
  });

  /** Restarts the browser and opens the application’s page. */
  async function restartBrowser(): Promise<Page> {
    await browser?.quit();
    const place = new URL(pages.endpoint).host;
    browser = await startBrowser({
      profile,
      hosts: Object.fromEntries([app, sameSite, otherSite].map((origin) => [hostOf(origin), place])),
    });
    return await openPage(app);
  }
  async function openPage(origin: string): Promise<Page> {
    const page = await (browser as Browser).page();
    await page.open(origin);
    return page;
  }
  /** The response to a request with credentials that a script of the page sends. */
  const ask = (page: Page, method: string, path: string, body?: unknown, type = 'application/json') =>
    page.run(`fetch(${JSON.stringify(api + path)}, { method: '${method}', credentials: 'include',
      ${body === undefined ? '' : `headers: { 'content-type': '${type}' }, body: ${JSON.stringify(typeof body === 'string' ? body : JSON.stringify(body))}`}
    }).then(async (answer) => ({ status: answer.status, body: await answer.json().catch(() => undefined) }), (error) => ({ blocked: String(error) }))`);
  const login = (page: Page, remembered: boolean) =>
    ask(page, 'POST', '/login/', { username: user.username, password: user.password, cookies: true, remembered });
  const userInfo = (page: Page) => ask(page, 'GET', '/userInfo/');
  const isSignedIn = { status: 200, body: expect.objectContaining({ message: 'success' }) };
  const isSignedOut = { status: 401, body: expect.objectContaining({ code: 'not_authenticated' }) };

  it('signs in from the application’s page, whose scripts see no token, and stays signed in after a reload', async () => {
    const page = await restartBrowser();
    expect(await userInfo(page)).toEqual(isSignedOut);
    expect(await login(page, false)).toMatchObject({ status: 200, body: { data: { user_id: user.id } } });
    await page.open(app);
    expect(await userInfo(page)).toMatchObject({ status: 200, body: { data: { sub: user.id } } });
    expect(await page.run('document.cookie')).toBe('');
    await page.open(`${api}/health/`);
    expect(await page.run('document.cookie')).toBe('');
  });

  it('sends writes and refreshes from that page after a CORS preflight', async () => {
    const page = await openPage(app);
    expect(await ask(page, 'POST', '/userInfo/')).toEqual(isSignedIn);
    for (let round = 0; round < 2; round += 1)
      expect(await ask(page, 'POST', '/token/refresh/')).toEqual({ status: 200, body: { expires_in: 300 } });
    expect(await ask(page, 'DELETE', `/users/${user.id}/sessions/${'0'.repeat(32)}/`)).toMatchObject({ status: 404 });
    expect(await userInfo(page)).toEqual(isSignedIn);
  });

  it('is signed out once the browser is closed, unless they asked to be remembered', async () => {
    const page = await restartBrowser();
    expect(await userInfo(page)).toEqual(isSignedOut);
    expect(await ask(page, 'POST', '/token/refresh/')).toMatchObject({ status: 400 });
  });

  it('stays signed in after a restart if they asked to be remembered, also after a refresh', async () => {
    expect(await login(await openPage(app), true)).toMatchObject({ status: 200 });
    const page = await restartBrowser();
    expect(await ask(page, 'POST', '/token/refresh/')).toMatchObject({ status: 200 });
    expect(await userInfo(await restartBrowser())).toEqual(isSignedIn);
  });

  it('is not signed out or changed by pages of other origins, neither by script nor by form', async () => {
    const form = 'application/x-www-form-urlencoded';
    for (const origin of [otherSite, sameSite]) {
      const page = await openPage(origin);
      for (const [method, path, body] of [
        ['POST', '/logout/', 'scope=global'],
        ['POST', '/token/refresh/', undefined],
        ['GET', '/userInfo/', undefined],
      ] as const)
        expect(await ask(page, method, path, body, form), `${origin} ${path}`).toHaveProperty('blocked');
      expect(await ask(page, 'DELETE', `/users/${user.id}/avatar`)).toHaveProperty('blocked');
      await submit(page, `${api}/logout/`, { scope: 'global' });
      const refused = origin === sameSite ? 'csrf_failed' : 'not_authenticated'; // a neighbour's request brings the cookies along
      expect(JSON.parse(String(await page.run('document.body.innerText')))).toMatchObject({ code: refused });
    }
    const page = await openPage(app);
    expect(await ask(page, 'POST', '/token/refresh/')).toMatchObject({ status: 200 });
    expect(await userInfo(page)).toEqual(isSignedIn);
  });

  it('is not signed in as another user by a form of another origin', async () => {
    const mallory = await signedInUser(gateway);
    for (const origin of [otherSite, sameSite]) {
      const page = await openPage(origin);
      await submit(page, `${api}/login/`, { username: mallory.username, password: mallory.password, cookies: 'true' });
      expect(JSON.parse(String(await page.run('document.body.innerText')))).toMatchObject({ code: 'csrf_failed' });
    }
    expect(await userInfo(await openPage(app))).toMatchObject({ status: 200, body: { data: { sub: user.id } } });
  });

  it('signs out, and stays signed out after a restart', async () => {
    const page = await openPage(app);
    expect(await ask(page, 'POST', '/logout/')).toMatchObject({ status: 200 });
    expect(await userInfo(page)).toEqual(isSignedOut);
    expect(await ask(page, 'POST', '/token/refresh/')).toMatchObject({ status: 400 });
    expect(await userInfo(await restartBrowser())).toEqual(isSignedOut);
  });
});

const hostOf = (origin: string) => (new URL(origin).port ? new URL(origin).host : `${new URL(origin).host}:80`);

/** Serves the same page for every origin. */
function pageServer(): Promise<Emulator> {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><title>a page</title>'));
  return listen(server, 0);
}

/** Sends a form as a click would, and waits until the next page has loaded. */
async function submit(page: Page, action: string, fields: Record<string, string>): Promise<void> {
  await page.leave(`(() => {
    const form = Object.assign(document.createElement('form'), { method: 'post', action: ${JSON.stringify(action)} });
    for (const [name, value] of Object.entries(${JSON.stringify(fields)})) form.append(Object.assign(document.createElement('input'), { name, value }));
    document.body.append(form);
    form.submit();
  })()`);
}
