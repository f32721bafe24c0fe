import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, chromium, startBrowser } from '../support/browser.ts';
import { ownGateway } from './shared-gateway.ts';
import { type Body, newUser, post, problemOf, register, signedInUser } from './users.ts';

// Functions see the Host that the client sent only if the gateway's host is this machine.
const { gateway } = await ownGateway({ stage: 'local', settings: { BCRYPT_ROUNDS: '4' }, instances: 6, host: 'localhost' });

const asPage = (path: string, headers: Record<string, string> = {}) =>
  gateway.fetch(path, { headers: { accept: 'text/html,*/*;q=0.8', ...headers } });
const asJson = async (path: string) => (await (await gateway.fetch(path)).json()) as Body & { users: Body[]; results: Body[] };

/** A request with any `Host`, which fetch does not let a client choose. */
function asHost(host: string, path: string): Promise<{ status: number | undefined; body: unknown }> {
  return new Promise((resolve, reject) => {
    const asking = request(new URL(path, gateway.url), { headers: { host } }, async (response) =>
      resolve({ status: response.statusCode, body: await json(response) }),
    );
    asking.on('error', reject).end();
  });
}

describe('GET / on the stage local', () => {
  it('is a page that shows the newest user', async () => {
    const user = newUser();
    await register(gateway, { ...user, name: '<script>alert(1)</script>' });
    await expect.poll(async () => (await asPage('/')).text()).toContain(user.email);
    const answer = await asPage('/');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const page = await answer.text();
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).not.toContain('<script>alert');
    expect(page).toContain(`curl -s ${gateway.url.replace(/\/$/, '')}/register/`);
  });

  it('is JSON for a program, with the newest users first and no hash', async () => {
    const users = [await signedInUser(gateway), await signedInUser(gateway)];
    const newest = async () => (await asJson('/')).users.slice(0, 2).map(({ id }) => id);
    await expect.poll(newest).toEqual([users[1]?.id, users[0]?.id]);
    const shown = await asJson('/');
    expect(shown).toMatchObject({
      name: 'Gatehouse',
      stage: 'local',
      human_check_codes: 'off',
      create_superuser: 'npm run createsuperuser',
    });
    expect(JSON.stringify(shown)).not.toMatch(/bcrypt|hash/);
  });

  it('has the language of the browser', async () => {
    expect(await (await asPage('/', { 'accept-language': 'zh-CN,zh;q=0.9' })).text()).toContain('最新用户');
    expect(await (await asPage('/', { 'accept-language': 'fr' })).text()).toContain('Newest users');
  });

  it.each(['/', '/dev/outbox/'])('is closed to other machines and to pages of other origins: %s', async (path) => {
    const closed = { status: 403, body: expect.objectContaining({ code: 'permission_denied' }) };
    const { host } = new URL(gateway.url);
    expect((await asHost(host, path)).status).toBe(200);
    expect(await asHost('evil.example', path)).toEqual(closed);
    expect(await asHost('localhost.evil.example:3000', path)).toEqual(closed);
    for (const headers of [{ origin: 'http://localhost:5173' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }])
      expect(await problemOf(await gateway.fetch(path, { headers: headers as unknown as Record<string, string> }))).toMatchObject({
        ...{ status: 403, code: 'permission_denied' },
      });
  });

  it('has an icon, so that no browser logs a 404', async () => {
    const answer = await gateway.fetch('/favicon.ico');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
    expect(await answer.text()).toContain('<svg ');
  });

  it('uses every permission of its role and needs no other', () => {
    const own = ({ functionName }: { functionName: string }) => functionName === 'devHome' || functionName === 'devFavicon';
    expect([gateway.gate.denied().filter(own), gateway.gate.unusedGrants().filter(own)]).toEqual([[], []]);
  });
});

describe('a developer who tries codes', () => {
  it('needs no captcha, reads the code in the outbox, and sees there until when another request is refused', async () => {
    const user = await signedInUser(gateway);
    const order = { channel: 'email', to: user.email, purpose: 'login' };
    const ask = () => post(gateway, '/codes/', order, {}, '127.0.0.1');
    expect((await ask()).status).toBe(202);
    expect((await ask()).status).toBe(429);
    await gateway.streams.settled();
    const [letter, second] = (await asJson('/dev/outbox/')).results.filter(({ to }) => to === user.email);
    expect(second).toBeUndefined();
    expect(await (await asPage('/dev/outbox/')).text()).toContain('or username is refused with 429 (CODE_RESEND_AFTER)');
    const [code] = /(?<!\d)\d{6}(?!\d)/.exec(String(letter?.['text'])) ?? [];
    expect((await post(gateway, '/login/code/', { email: user.email, code })).status).toBe(200);
  });

  it('has to pass a human check if HUMAN_CHECK_CODES is on, and the page says so', async () => {
    gateway.restart({ HUMAN_CHECK_CODES: 'always' });
    const asked = await post(gateway, '/codes/', { channel: 'email', to: 'ann@example.com', purpose: 'login' });
    expect(await problemOf(asked)).toMatchObject({ status: 400, code: 'human_check_required' });
    expect(await (await asPage('/')).text()).toContain('HUMAN_CHECK_CODES=off npm start');
    gateway.restart();
  });
});

if (!chromium) console.warn('skipped: the page at / in a browser; there is no Chromium (apt-get install chromium, or name it in CHROMIUM)');

describe.skipIf(!chromium)('the page at / in a browser', () => {
  let browser: Browser;
  let profile: string;
  beforeAll(async () => {
    profile = mkdtempSync(join(tmpdir(), 'browser-'));
    browser = await startBrowser({ profile, hosts: {} });
  });
  afterAll(async () => {
    await browser?.quit();
    rmSync(profile, { recursive: true, force: true });
  });

  it('has its style, its buttons and its icon, and shows a new user without a reload', async () => {
    const page = await browser.page();
    await page.open(gateway.url);
    expect(await page.run('document.styleSheets[0].cssRules.length')).toBeGreaterThan(10);
    expect(await page.run('document.querySelectorAll(".command button").length')).toBeGreaterThan(3);
    const icon = `new Promise((done) => { const icon = new Image(); icon.onload = () => done(icon.naturalWidth); icon.onerror = () => done(0);
      icon.src = document.querySelector('link[rel=icon]').href; })`;
    expect(await page.run(icon)).toBeGreaterThan(0);
    const user = await signedInUser(gateway);
    await expect.poll(() => page.run('document.body.innerText'), { timeout: 30_000 }).toContain(user.email);
  });
});
