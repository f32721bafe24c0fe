import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '#local/emulators/free-port.ts';
import { type Gateway, startGateway } from '#local/gateway/gateway.ts';
import { explainFailure } from '#local/start/explain.ts';
import { type Started, startProject } from '../../support/started.ts';

type Answer = { readonly status: number | undefined; readonly headers: Readonly<Record<string, unknown>>; readonly body: string };
type Asked = {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
};
/** A user who has signed in there. */
type Ada = { readonly id: string; readonly access: string; readonly refresh: string };

const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const boundary = 'part';
const picture = Buffer.concat([
  Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="avatar"; filename="p.jpg"\r\ncontent-type: image/jpeg\r\n\r\n`),
  readFileSync('tests/fixtures/photograph.jpg'),
  Buffer.from(`\r\n--${boundary}--\r\n`),
]);
const upload = { 'content-type': `multipart/form-data; boundary=${boundary}` };

const story: readonly ((ada: Ada) => Asked)[] = [
  ...[
    '/health/',
    '/health',
    '/openapi.json',
    '/nope',
    '/',
    '//',
    '/users',
    '/users/',
    '/captcha/x',
    '/media/image/none.webp',
    '/health/%2e%2e',
    '/%zz',
  ].map((path) => () => ({ path })),
  ...['PUT', 'OPTIONS', 'HEAD', 'DELETE'].map((method) => () => ({ method, path: '/health/' })),
  ...['false', '0', 'null', '""', '[]', '{', '{"name":1}', '', '"\u0000"', '{"name":"a","name":"b"}'].map((body) => () => ({
    method: 'POST',
    path: '/register/',
    headers: json,
    body,
  })),
  ...[form, { 'content-type': 'text/plain' }, { 'content-type': 'application/xml' }, upload, {}].map((headers) => () => ({
    ...{ method: 'POST', path: '/login/', headers: headers as Record<string, string>, body: 'username=ada&password=wrong' },
  })),
  ...['http://localhost:5173', 'http://127.0.0.1', 'https://evil.example', 'null'].flatMap((origin) => [
    () => ({ path: '/health/', headers: { origin } }),
    () => ({
      method: 'OPTIONS',
      path: '/login/',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type, if-match' },
    }),
  ]),
  ...['', 'Bearer', 'Bearer x', 'Bearer x.y.z', 'Basic YTpi', 'Token x', `Bearer ${'x'.repeat(9000)}`].map((authorization) => () => ({
    ...{ path: '/userInfo/', headers: { ...(authorization && { authorization }), 'sls-offline-authorizer-override': '{"sub":"x"}' } },
  })),
  ...['/userInfo/', '/userInfo', '/users/me/', '/users/?limit=1'].map((path) => ({ access }: Ada) => ({ path, headers: bearer(access) })),
  ({ id, access }) => ({ path: `/users/${id}/`, headers: bearer(access) }),
  ({ id, access }) => ({ path: `/users/${id}/`, headers: { ...bearer(access), 'accept-language': 'zh-CN', ACCEPT: 'text/html' } }),
  ({ id, access }) => ({ path: `/users/${id}/sessions/`, headers: bearer(access) }),
  ({ id, access }) => ({
    method: 'PATCH',
    path: `/users/${id}/`,
    headers: { ...bearer(access), ...json, 'if-match': '"no"' },
    body: '{"name":"A"}',
  }),
  ({ id, access }) => ({ method: 'POST', path: `/users/${id}/avatar/upload`, headers: { ...bearer(access), ...upload }, body: picture }),
  ({ id, access }) => ({ method: 'POST', path: `/users/${id}/avatar/upload/`, headers: { ...bearer(access), ...upload }, body: picture }),
  ({ id, access }) => ({ method: 'POST', path: `/users/${id}/avatar/upload`, headers: { ...bearer(access), ...json }, body: '{}' }),
  ({ id, access }) => ({ method: 'DELETE', path: `/users/${id}/avatar`, headers: bearer(access) }),
  ({ access }) => ({ method: 'POST', path: '/token/verify/', headers: json, body: JSON.stringify({ token: access }) }),
  ({ refresh }) => ({ method: 'POST', path: '/token/refresh/', headers: json, body: JSON.stringify({ refresh }) }),
  () => ({ method: 'POST', path: '/codes/', headers: json, body: '{"channel":"email","to":"ada@example.com","purpose":"login"}' }),
  () => ({ method: 'POST', path: '/login/', headers: { ...json, 'x-long': 'x'.repeat(10_300) }, body: '{}' }),
  () => ({ method: 'POST', path: '/login/', headers: json, body: `{"username":"${'x'.repeat(70_000)}"}` }),
  ({ access }) => ({ method: 'POST', path: '/logout/', headers: bearer(access) }),
  ({ access }) => ({ path: '/userInfo/', headers: bearer(access) }),
];

describe('npm start and serve:packaged', { timeout: 300_000 }, () => {
  let started: Started;
  let packaged: Gateway;
  let ports: readonly number[];
  let people: readonly Ada[];

  beforeAll(async () => {
    const port = await freePort();
    const PUBLIC_URL = 'http://localhost:1';
    [started, packaged] = await Promise.all([
      startProject({ settings: { PUBLIC_URL } }),
      startGateway({
        stage: 'local',
        port,
        host: `localhost:${port}`,
        explain: explainFailure,
        settings: { PUBLIC_URL },
        shape: { PUBLIC_URL: 'http://localhost' },
      }),
    ]);
    ports = [started.port, port];
    people = await Promise.all(ports.map(signUp));
  }, 300_000);
  afterAll(async () => {
    await packaged?.stop();
    await started?.stop();
  });

  const asked = story.map((make, index) => {
    const { method = 'GET', path, headers, body } = make({ id: 'ID', access: 'ACCESS', refresh: 'REFRESH' });
    const said = `${method} ${path} ${JSON.stringify(headers ?? {})} ${body instanceof Buffer ? 'a picture' : (body ?? '')}`;
    return [index, said.slice(0, 150), make] as const;
  });
  it.each(asked)('answer request %i the same: %s', async (_, __, make) => {
    const [one, other] = await Promise.all(ports.map((port, side) => ask(port, make(people[side] as Ada))));
    expect(masked(one as Answer)).toEqual(masked(other as Answer));
  });
});

async function signUp(port: number): Promise<Ada> {
  const person = { username: 'ada', email: 'ada@example.com', password: 'orange-kettle-42' };
  const post = (path: string, body: object) => ask(port, { method: 'POST', path, headers: json, body: JSON.stringify(body) });
  expect((await post('/register/', { name: 'Ada', ...person, password_confirmation: person.password })).status).toBe(201);
  const { data } = JSON.parse((await post('/login/', person)).body);
  return { id: data.user_id, access: data.access_token, refresh: data.refresh_token };
}

function ask(port: number, { method = 'GET', path, headers = {}, body }: Asked): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const asking = request({ host: '127.0.0.1', port, method, path, headers: { host: 'localhost', ...length, ...headers } }, (answer) => {
      text(answer).then((got) => resolve({ status: answer.statusCode, headers: answer.headers, body: got }), reject);
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

/** Hides ids, tokens and times, which differ between two services and two moments. */
function masked({ status, headers, body }: Answer) {
  const { date: _date, 'apigw-requestid': _id, 'content-length': _length, etag, ...kept } = headers;
  const hide = (value: string) =>
    value
      .replace(/eyJ[\w.-]+/g, 'TOKEN')
      .replace(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, 'ID')
      .replace(/\b[\da-f]{32,64}\b/g, 'HEX')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
      .replace(/urn:request:[^"]+/g, 'REQUEST')
      .replace(/localhost:\d+|"retry_after":\d+/g, 'NUMBER');
  return { status, etag: typeof etag, headers: JSON.parse(hide(JSON.stringify(kept))), body: hide(body) };
}
