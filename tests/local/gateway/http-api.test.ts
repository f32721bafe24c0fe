import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { echo, type MadeApi, madeApi } from './made-api.ts';

const answering = (answer: string, ...routes: string[]) => ({ source: `exports.handler = async () => (${answer});`, routes });

let api: MadeApi;
beforeAll(async () => {
  api = await madeApi({
    functions: {
      echo: { source: echo, routes: ['GET /echo/', 'POST /echo/', 'GET /users/{id}/'] },
      text: answering(`'hello'`, 'GET /text'),
      object: answering(`({ message: 'hello' })`, 'GET /object'),
      nothing: answering('undefined', 'GET /nothing'),
      full: answering(
        `({ statusCode: 201, headers: { 'X-Own': 7, 'Content-Length': '99', Connection: 'close', 'Content-Type': 'text/csv' }, cookies: ['a=1', 'b=2; Path=/'], body: 'a,b' })`,
        'GET /full',
        'HEAD /full',
      ),
      plain: answering(`({ statusCode: 200, body: 'hi' })`, 'GET /plain'),
      bytes: answering(
        `({ statusCode: 200, headers: { 'content-type': 'image/webp' }, isBase64Encoded: true, body: '/9j/AA==' })`,
        'GET /bytes',
      ),
      empty: answering('({ statusCode: 204 })', 'GET /empty'),
      wrong: answering(`({ statusCode: 'fine' })`, 'GET /wrong'),
      wrongBody: answering('({ statusCode: 200, body: { a: 1 } })', 'GET /wrong-body'),
      throwing: { source: 'exports.handler = async () => { throw new Error("secret detail"); };', routes: ['GET /throwing'] },
      slow: { source: 'exports.handler = () => new Promise(() => {});', routes: ['GET /slow'], timeout: 1 },
      large: { source: `exports.handler = async () => ({ statusCode: 200, body: 'x'.repeat(6_300_000) });`, routes: ['GET /large'] },
      forbidden: { source: echo, routes: ['GET /forbidden'], isForbidden: true },
    },
  });
});
afterAll(() => api.stop());

describe('the event a function gets', () => {
  it('is one of payload format 2.0, with the keys that AWS has and no others', async () => {
    const event = await api.eventOf('GET', '/echo/', ['user-agent', 'tests']);
    expect(Object.keys(event).sort()).toEqual([
      'headers',
      'isBase64Encoded',
      'rawPath',
      'rawQueryString',
      'requestContext',
      'routeKey',
      'version',
    ]);
    expect(event).toMatchObject({ version: '2.0', routeKey: 'GET /echo/', rawPath: '/echo/', rawQueryString: '', isBase64Encoded: false });
    expect(event.requestContext).toMatchObject({
      accountId: '000000000000',
      apiId: 'httpapi',
      domainName: 'httpapi.execute-api.eu-central-1.amazonaws.com',
      domainPrefix: 'httpapi',
      http: { method: 'GET', path: '/echo/', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'tests' },
      requestId: expect.stringMatching(/^[\w=]{16}$/),
      routeKey: 'GET /echo/',
      stage: '$default',
      time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      timeEpoch: expect.any(Number),
    });
    expect(event.requestContext.authorizer).toBeUndefined();
  });

  it('has header names in lower case, duplicates joined by commas, and cookies in a list of their own', async () => {
    const event = await api.eventOf('GET', '/echo/', [
      'X-Twice',
      'one',
      'x-twice',
      'two',
      'Cookie',
      'a=1; b=2',
      'Connection',
      'keep-alive',
    ]);
    expect(event.headers['x-twice']).toBe('one,two');
    expect(event.cookies).toEqual(['a=1', 'b=2']);
    expect(Object.keys(event.headers)).not.toContain('cookie');
    expect(Object.keys(event.headers)).not.toContain('connection');
  });

  it('has the address of the connection, regardless of headers', async () => {
    const event = await api.eventOf('GET', '/echo/', ['X-Forwarded-For', '203.0.113.9', 'Forwarded', 'for=203.0.113.9']);
    expect(event.requestContext.http.sourceIp).toBe('127.0.0.1');
    expect(event.headers['x-forwarded-for']).toBe('203.0.113.9, 127.0.0.1');
    expect(event.headers).toMatchObject({ 'x-forwarded-proto': 'https', host: 'httpapi.execute-api.eu-central-1.amazonaws.com' });
  });

  it('has the query as it was sent, and taken apart with duplicates joined by commas', async () => {
    const event = await api.eventOf('GET', '/echo/?a=1&a=2&b=x%20y+z&__proto__=7&c');
    expect(event.rawQueryString).toBe('a=1&a=2&b=x%20y+z&__proto__=7&c');
    expect(Object.entries(event.queryStringParameters)).toEqual([
      ['a', '1,2'],
      ['b', 'x y z'],
      ['__proto__', '7'],
      ['c', ''],
    ]);
  });

  it('has path and parameters decoded once, so that an encoded slash is a slash', async () => {
    const event = await api.eventOf('GET', '/users/caf%C3%A9%252F/');
    expect(event).toMatchObject({ rawPath: '/users/café%2F/', pathParameters: { id: 'café%2F' } });
    expect((await api.send('GET', '/users/a%2Fb/')).status).toBe(404);
    expect((await api.send('GET', '/users/%E9/')).status).toBe(400);
  });

  it.each([
    ['application/json', '{"a":"é"}', false],
    ['Application/JSON; charset=utf-8', '{}', false],
    ['text/csv', 'a,b', false],
    ['application/xml', '<a/>', false],
    ['application/x-www-form-urlencoded', 'a=1', true],
    ['multipart/form-data; boundary=x', '--x--', true],
    ['application/problem+json', '{}', true],
    ['image/png', '\u0089PNG', true],
  ])('has a body of %s as it is, or in base64', async (type, body, isBase64Encoded) => {
    const event = await api.eventOf('POST', '/echo/', ['Content-Type', type], body);
    expect(event).toMatchObject({ isBase64Encoded, body: isBase64Encoded ? Buffer.from(body).toString('base64') : body });
  });

  it('has a body without a content type in base64', async () => {
    expect(await api.eventOf('POST', '/echo/', [], 'hi')).toMatchObject({ isBase64Encoded: true, body: 'aGk=' });
  });
});

describe('the answer a client gets', () => {
  it.each([
    ['/text', 'hello'],
    ['/object', '{"message":"hello"}'],
    ['/nothing', 'null'],
  ])('%s is JSON with status 200 if the function returns no status', async (path, body) => {
    expect(await api.send('GET', path)).toMatchObject({ status: 200, body, headers: { 'content-type': 'application/json' } });
  });

  it('has the status, headers, cookies and body that the function says, and its own length', async () => {
    const { status, headers, body } = await api.send('GET', '/full');
    expect({ status, body }).toEqual({ status: 201, body: 'a,b' });
    expect(headers).toMatchObject({
      'x-own': '7',
      'content-type': 'text/csv',
      'content-length': '3',
      'set-cookie': ['a=1', 'b=2; Path=/'],
    });
    expect(headers['apigw-requestid']).toMatch(/=$/);
  });

  it('has no body to a HEAD, and none at all with a 204', async () => {
    expect(await api.send('HEAD', '/full')).toMatchObject({ status: 201, body: '', headers: { 'content-length': '3' } });
    const empty = await api.send('GET', '/empty');
    expect([empty.status, empty.headers['content-length']]).toEqual([204, undefined]);
  });

  it('is text if the function returns no type, and bytes if it returns base64', async () => {
    expect((await api.send('GET', '/plain')).headers['content-type']).toBe('text/plain;charset=UTF-8');
    expect((await api.send('GET', '/bytes')).bytes).toEqual(Buffer.from([0xff, 0xd8, 0xff, 0]));
  });

  it.each(['/throwing', '/wrong', '/wrong-body', '/large', '/forbidden'])('%s is a 500 that says nothing', async (path) => {
    expect(await api.send('GET', path)).toMatchObject({
      status: 500,
      body: '{"message":"Internal Server Error"}',
      headers: { 'content-type': 'application/json' },
    });
  });

  it('is a 503 if the function times out, and the next request gets a new instance', async () => {
    const answers = await Promise.all([api.send('GET', '/slow'), api.send('GET', '/slow')]);
    for (const answer of answers) expect(answer).toMatchObject({ status: 503, body: '{"message":"Service Unavailable"}' });
  });

  it('is a 404 without a matching route', async () => {
    for (const [method, path] of [
      ['GET', '/echo'],
      ['PUT', '/echo/'],
      ['HEAD', '/echo/'],
      ['OPTIONS', '/echo/'],
    ] as const) {
      const answer = await api.send(method, path);
      expect([answer.status, method === 'HEAD' ? '' : answer.body]).toEqual([404, method === 'HEAD' ? '' : '{"message":"Not Found"}']);
    }
  });

  it('is a 413 over 10 MB, and if the event exceeds the 6 MB of Lambda', async () => {
    const tooLarge = { status: 413, body: '{"message":"Request Entity Too Large"}' };
    expect(await api.send('POST', '/echo/', ['content-type', 'text/plain'], Buffer.alloc(10 * 1024 * 1024 + 1, 'x'))).toMatchObject(
      tooLarge,
    );
    expect(await api.send('POST', '/echo/', ['content-type', 'text/plain'], Buffer.alloc(6_300_000, 'x'))).toMatchObject(tooLarge);
    expect(await api.send('POST', '/echo/', [], Buffer.alloc(4_800_000, 'x'))).toMatchObject(tooLarge);
  });

  it('is a 431 if request line and headers exceed 10,240 bytes', async () => {
    const size = (length: number) => api.send('GET', '/echo/', ['x-long', 'x'.repeat(length)]);
    expect((await size(10_000)).status).toBe(200);
    expect((await size(10_241)).status).toBe(431);
  });
});
