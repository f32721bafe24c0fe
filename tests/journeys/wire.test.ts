import { readFile } from 'node:fs/promises';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, bearer, newUser, problemOf, register, signedInUser } from './users.ts';

const { gateway } = await sharedGateway({ settings: { LOGIN_RATE_ADDRESS: 'off', REGISTER_RATE_ADDRESS: 'off' } });
const ada = await signedInUser(gateway);

const send = (body: RequestInit['body'], contentType?: string) =>
  gateway.fetch('/token/', { method: 'POST', body: body ?? null, headers: contentType ? { 'content-type': contentType } : {} });

describe('a body', () => {
  it('may be JSON, urlencoded or multipart, with the same meaning', async () => {
    const fields = { username: ada.username, password: ada.password };
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    for (const [body, type] of [
      [JSON.stringify(fields), 'application/json; charset=utf-8'],
      [JSON.stringify(fields), 'APPLICATION/JSON'],
      [new URLSearchParams(fields).toString(), 'application/x-www-form-urlencoded'],
      [form, undefined],
    ] as const) {
      const response = await send(body, type);
      expect([type, response.status]).toEqual([type, 200]);
    }
  });

  it.each([
    ['text/plain', 'username=x', 415, 'unsupported_media_type'],
    ['application/xml', '<a/>', 415, 'unsupported_media_type'],
    ['application/json', '{"username": ', 400, 'malformed_request'],
    ['application/json', '{"username": NaN}', 400, 'malformed_request'],
    ['application/json', '[1, 2]', 400, 'validation_failed'],
    ['application/json', 'null', 400, 'validation_failed'],
    ['application/json', '"text"', 400, 'validation_failed'],
    ['application/json', '', 400, 'validation_failed'],
    ['application/json', '['.repeat(60_000), 400, 'malformed_request'],
    ['application/json', '{"a":'.repeat(10_000), 400, 'malformed_request'],
    ['multipart/form-data', 'x', 400, 'malformed_request'],
    ['multipart/form-data; boundary=b', '--b\r\nnonsense', 400, 'malformed_request'],
  ])('of %s that is malformed or unsupported is refused: %.20s', async (type, body, status, code) => {
    expect(await problemOf(await send(body, type))).toMatchObject({ status, code });
  });

  it('may have 64 KiB and not one byte more', async () => {
    const sized = (bytes: number) => JSON.stringify({ username: 'x', password: '' }).replace('""', `"${'p'.repeat(bytes - 30)}"`);
    const padded = sized(65_000).padEnd(65_536, ' ');
    expect((await send(padded, 'application/json')).status).toBe(401);
    expect(await problemOf(await send(`${padded} `, 'application/json'))).toMatchObject({ status: 413, code: 'request_too_large' });
  });
});

describe('a response', () => {
  it('has headers against sniffing, caching and leaks', async () => {
    const response = await send('{}', 'application/json');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'strict-transport-security': expect.stringContaining('max-age='),
      'referrer-policy': 'no-referrer',
    });
  });

  it('with a problem has every member of RFC 9457, in the requested language', async () => {
    for (const [wanted, language, title] of [
      ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN', '部分字段无效'],
      ['de', 'en', 'Some fields are not valid'],
    ] as const) {
      const response = await gateway.fetch('/token/', { method: 'POST', headers: { 'accept-language': wanted } });
      expect(response.headers.get('content-language')).toBe(language);
      expect(await response.json()).toMatchObject({
        type: 'urn:problem-type:gatehouse:validation_failed',
        title,
        status: 400,
        detail: expect.any(String),
        code: 'validation_failed',
        instance: expect.stringMatching(/^urn:request:/),
        errors: expect.any(Object),
      });
    }
  });

  it('to a fault has a request id and no reason; the log has the reason', async () => {
    gateway.use({ KEYS_PATH: '/nowhere' });
    const response = await send(JSON.stringify({ username: ada.username, password: ada.password }), 'application/json');
    gateway.use();
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).not.toMatch(/nowhere|parameter|stack|node_modules/i);
    const instance = (JSON.parse(text) as Body)['instance'];
    const line = gateway
      .logs('tokenObtain')
      .find(({ json }) => json?.['event'] === 'fault' && instance === `urn:request:${json['requestId']}`);
    expect(line).toBeDefined();
  });
});

describe('a path', () => {
  it('is answered with and without its trailing slash', async () => {
    for (const path of ['/health/', '/health']) expect((await gateway.fetch(path)).status).toBe(200);
    for (const path of [`/users/${ada.id}/`, `/users/${ada.id}`]) {
      expect((await gateway.fetch(path, { headers: bearer(ada.access) })).status).toBe(200);
    }
  });
});

describe('the published keys', () => {
  it('verify the service’s tokens in another library', async () => {
    const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', gateway.url));
    const { payload, protectedHeader } = await jwtVerify(ada.access, keys, { typ: 'at+jwt' });
    expect(payload['user_id']).toBe(ada.id);
    expect(protectedHeader.alg).toBe('ES256');
  });

  it('have no private member, and may be cached for five minutes', async () => {
    const response = await gateway.fetch('/.well-known/jwks.json');
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    const { keys } = (await response.json()) as { keys: Body[] };
    for (const key of keys) expect(Object.keys(key)).not.toEqual(expect.arrayContaining(['d']));
  });
});

describe('/openapi.json', () => {
  it('is the committed document', async () => {
    const served = (await (await gateway.fetch('/openapi.json')).json()) as Body;
    const committed = JSON.parse(await readFile(new URL('../../openapi.json', import.meta.url), 'utf8')) as Body;
    expect({ ...served, servers: null }).toEqual({ ...committed, servers: null });
  });
});

describe('the log', () => {
  it('contains no password, token, name or address', async () => {
    const user = newUser();
    await register(gateway, user);
    await send(JSON.stringify({ username: user.email, password: 'a wrong secret' }), 'application/json');
    const lines = ['register', 'tokenObtain', 'login', 'authorizer', 'userGet']
      .flatMap((name) => gateway.logs(name))
      .map(({ text }) => text);
    expect(lines.length).toBeGreaterThan(3);
    const everything = lines.join('\n');
    for (const secret of [user.password, 'a wrong secret', user.email, user.mobile, user.username, ada.access, ada.refresh, ada.password]) {
      expect(everything).not.toContain(secret);
    }
    for (const text of lines) expect(() => JSON.parse(text)).not.toThrow();
  });
});
