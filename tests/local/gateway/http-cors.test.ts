import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MadeApi, madeApi } from './made-api.ts';

const kind = `exports.handler = async () => ({
  statusCode: 200,
  headers: { 'Access-Control-Allow-Origin': '*', 'access-control-allow-credentials': 'true', 'x-own': '1' },
  body: '{}',
});`;
const preflight = (origin: string) => [
  'origin',
  origin,
  'access-control-request-method',
  'POST',
  'access-control-request-headers',
  'content-type',
];
const friend = 'https://app.example.com';

let api: MadeApi;
let without: MadeApi;
beforeAll(async () => {
  const cors = {
    AllowOrigins: [friend, 'https://other.example.com'],
    AllowMethods: ['GET', 'POST'],
    AllowHeaders: ['Authorization', 'Content-Type'],
    ExposeHeaders: ['Location'],
    AllowCredentials: true,
    MaxAge: 600,
  };
  api = await madeApi({ cors, functions: { kind: { source: kind, routes: ['POST /kind/', 'OPTIONS /own/'] } } });
  without = await madeApi({ functions: { kind: { source: kind, routes: ['POST /kind/'] } } });
});
afterAll(async () => {
  await api.stop();
  await without.stop();
});

const corsOf = (headers: object) => Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control')));

describe('CORS as it is configured on the API', () => {
  it('answers a preflight itself, for any path, without asking a function', async () => {
    for (const path of ['/kind/', '/nowhere']) {
      const { status, headers, body } = await api.send('OPTIONS', path, preflight(friend));
      expect([status, body]).toEqual([204, '']);
      expect(corsOf(headers)).toEqual({
        'access-control-allow-origin': friend,
        'access-control-allow-methods': 'GET,POST',
        'access-control-allow-headers': 'authorization,content-type',
        'access-control-allow-credentials': 'true',
        'access-control-max-age': '600',
      });
    }
  });

  it.each([
    'https://evil.example.com',
    'https://app.example.com.evil.example',
    'http://app.example.com',
    'null',
    'https://APP.example.com',
  ])('sends no headers to %s, in a preflight or an answer, regardless of the function', async (origin) => {
    const asked = await api.send('OPTIONS', '/kind/', preflight(origin));
    expect([asked.status, corsOf(asked.headers)]).toEqual([204, {}]);
    const answered = await api.send('POST', '/kind/', ['origin', origin]);
    expect([answered.status, corsOf(answered.headers), answered.headers['x-own']]).toEqual([200, {}, '1']);
  });

  it('replaces the headers of the function, on errors of the gateway too', async () => {
    const expected = {
      'access-control-allow-origin': friend,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'location',
    };
    expect(corsOf((await api.send('POST', '/kind/', ['origin', friend])).headers)).toEqual(expected);
    expect(corsOf((await api.send('POST', '/nowhere', ['origin', friend])).headers)).toEqual(expected);
    expect(corsOf((await api.send('POST', '/kind/')).headers)).toEqual({});
  });

  it('leaves OPTIONS to a route that wants it', async () => {
    const answer = await api.send('OPTIONS', '/own/', preflight(friend));
    expect([answer.status, answer.headers['x-own']]).toEqual([200, '1']);
  });

  it('keeps the headers of the function if the API has no configuration', async () => {
    expect((await without.send('OPTIONS', '/kind/', preflight(friend))).status).toBe(404);
    const answer = await without.send('POST', '/kind/', ['origin', friend]);
    expect(answer.headers['access-control-allow-origin']).toBe('*');
  });
});
