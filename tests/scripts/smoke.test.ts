import { createServer } from 'node:http';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localCredentials } from '#local/emulators/emulator.ts';
import { freePort } from '#local/emulators/free-port.ts';
import { listen } from '#local/emulators/listen.ts';
import { type Gateway, startGateway } from '#local/gateway/gateway.ts';
import { CloudFormationRefusal, startCloudFormation } from '../support/cloudformation-model.ts';
import { localEnvironment, runScript } from './run-script.ts';

const origin = 'https://app.example.com';
let gateway: Gateway;
const stops: (() => unknown)[] = [];
beforeAll(async () => {
  gateway = await startGateway({ shape: { CORS_ORIGINS: origin }, environment: { STAGE: 'local', BCRYPT_ROUNDS: '4' } });
});
afterAll(async () => {
  for (const stop of stops) await stop();
  await gateway.stop();
});

/** A slow machine is no failure of the service. */
const patient = ['--timeout', '300'];
const smoke = (...parameters: readonly string[]) => runScript('smoke', {}, ...patient, ...parameters);

/** The rows of a table. */
async function rowsOf(name: string): Promise<number> {
  const client = new DynamoDBClient({ endpoint: gateway.endpoints.dynamodb, region: 'us-east-1', credentials: localCredentials });
  const { Count = 0 } = await client.send(new ScanCommand({ TableName: `gatehouse-local-${name}` }));
  client.destroy();
  return Count;
}

type Change = { readonly status?: number; readonly headers?: Record<string, string | undefined>; readonly body?: string };

/** The gateway as clients reach it by a public host, with the URLs of its answers; `change` breaks answers. */
async function broken(change: (request: string) => Change | undefined = () => undefined): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const { host: _host, connection: _connection, 'content-length': _length, ...passed } = headers;
    const answer = await gateway.fetch(url, {
      method,
      headers: passed as Record<string, string>,
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const changed = change(`${method} ${url}`) ?? {};
    const bytes = Buffer.from(await answer.arrayBuffer());
    const isText = answer.headers.get('content-type')?.includes('json');
    const body = changed.body ?? (isText ? bytes.toString().replaceAll(gateway.origin, `http://${headers.host}`) : bytes);
    for (const [name, value] of Object.entries({ ...Object.fromEntries(answer.headers), ...changed.headers })) {
      if (value !== undefined && name !== 'content-length') response.setHeader(name, value);
    }
    response.writeHead(changed.status ?? answer.status).end(body);
  });
  const { endpoint, stop } = await listen(server, 0);
  stops.push(stop);
  return endpoint;
}

describe('npm run smoke', () => {
  it('does what clients do, a line a step, and leaves no user, no name and no session', async () => {
    const { code, output } = await smoke('--url', await broken(), '--origin', origin);
    const lines = output.trim().split('\n');
    expect(output).not.toContain('FAILED');
    expect(lines.map((line) => /^ok {6}(.+) \(\d+ ms\)$/.exec(line)?.[1])).toEqual([
      'the service answers, with and without a slash',
      'its headers protect a browser',
      'it has keys',
      'a page of another origin stays out',
      'the web client is let in',
      'a user registers',
      'signs in with username',
      'signs in with email',
      'signs in with mobile',
      'gets new tokens',
      'the token is valid',
      'uploads a picture',
      'the picture opens',
      'signs out',
      'deletes the user',
    ]);
    expect(code).toBe(0);
    expect([await rowsOf('users'), await rowsOf('identifiers')]).toEqual([0, 0]);
  });

  it.each<[string, string, (request: string) => Change | undefined, string]>([
    [
      'one form of the slash',
      'GET /health',
      (at) => (at === 'GET /health' ? { status: 404 } : undefined),
      'with and without a slash: GET /health answers 404',
    ],
    [
      'a header',
      'nosniff',
      () => ({ headers: { 'x-content-type-options': undefined } }),
      'protect a browser: there is no X-Content-Type-Options',
    ],
    [
      'its keys',
      'jwks',
      (at) => (at.includes('jwks') ? { status: 500 } : undefined),
      'it has keys: GET /.well-known/jwks.json answers 500',
    ],
    [
      'CORS',
      'OPTIONS',
      (at) => (at.startsWith('OPTIONS') ? { status: 204, headers: { 'access-control-allow-origin': '*' } } : undefined),
      'stays out: Access-Control-Allow-Origin is *',
    ],
    [
      'a way in',
      'login',
      (at) => (at === 'POST /token/refresh/' ? { status: 500, body: '{}' } : undefined),
      'gets new tokens: POST /token/refresh/ answers 500',
    ],
    [
      'pictures',
      'media',
      (at) => (at.startsWith('GET /media/') ? { headers: { 'content-type': 'text/html' } } : undefined),
      'the picture opens: it is no picture',
    ],
    ['signing out', 'logout', (at) => (at === 'GET /users/me/' ? { status: 200 } : undefined), 'signs out: GET /users/me/ answers 200'],
  ])('fails without %s, and deletes its user all the same', async (_, _word, change, line) => {
    const { code, output } = await smoke('--url', await broken(change));
    expect(output).toContain(`FAILED  `);
    expect(output).toContain(line);
    expect(code).toBe(1);
    expect([await rowsOf('users'), await rowsOf('identifiers')]).toEqual([0, 0]);
  });

  it('deletes a user whose registration was answered wrongly', async () => {
    const { code, output } = await smoke('--url', await broken((at) => (at === 'POST /register/' ? { status: 502, body: '' } : undefined)));
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/FAILED {2}a user registers: POST \/register\/ answers 502[\s\S]*ok {6}deletes the user/),
    ]);
    expect(await rowsOf('users')).toBe(0);
  });

  it('says which account to give if newcomers have to prove that they are people', async () => {
    const body = JSON.stringify({ code: 'human_check_required', detail: 'Solve it.' });
    const { output } = await smoke('--url', await broken((at) => (at === 'POST /register/' ? { status: 400, body } : undefined)));
    expect(output).toContain('give a canary account in SMOKE_USERNAME and SMOKE_PASSWORD');
  });

  it('uses a canary if one is given, and leaves it without a picture', async () => {
    const password = 'orange-kettle-42';
    const json = { name: 'Canary', username: 'canary', email: 'canary@example.com', password, password_confirmation: password };
    const headers = { 'content-type': 'application/json' };
    await gateway.fetch('/register/', { method: 'POST', headers, body: JSON.stringify(json) });
    const environment = { SMOKE_USERNAME: 'canary', SMOKE_PASSWORD: password };
    const { code, output } = await runScript('smoke', environment, ...patient, '--url', await broken(), '--json');
    const { isRight, steps } = JSON.parse(output) as { isRight: boolean; steps: { step: string; isRight: boolean; ms: number }[] };
    expect([code, isRight]).toEqual([0, true]);
    expect(steps.map(({ step }) => step)).not.toContain('a user registers');
    expect(steps.at(-1)).toMatchObject({ step: 'cleans up the canary', isRight: true });
    const login = await gateway.fetch('/login/', { method: 'POST', headers, body: JSON.stringify({ username: 'canary', password }) });
    const { data } = (await login.json()) as { data: { user_id: string; access_token: string } };
    const record = await gateway.fetch(`/users/${data.user_id}/`, { headers: { authorization: `Bearer ${data.access_token}` } });
    expect(await record.json()).toMatchObject({ username: 'canary', avatar: null });
    await gateway.fetch(`/users/${data.user_id}/`, { method: 'DELETE', headers: { authorization: `Bearer ${data.access_token}` } });
  });

  it('fails if the steps take longer than the time', async () => {
    const { code, output } = await runScript('smoke', {}, '--url', await broken(), '--timeout', '0.001');
    expect([code, output]).toEqual([1, expect.stringContaining('FAILED  the service answers')]);
    expect(await rowsOf('users')).toBe(0);
  });

  it.each([
    [[], 'Give --url or --stage'],
    [['--url', 'ftp://x'], '"ftp://x" is not a URL'],
    [['--url', 'https://x', '--timeout', 'soon'], '--timeout has to be a number of seconds'],
    [['--stage', 'nowhere'], 'There is no stage "nowhere"'],
    [['--wait'], "Unknown option '--wait'"],
  ])('%j is refused with advice', async (parameters, line) => {
    expect(await runScript('smoke', {}, ...parameters)).toEqual({ code: 1, output: expect.stringContaining(line) });
  });

  it('says it if nothing listens', async () => {
    const { output } = await smoke('--url', `http://127.0.0.1:${await freePort()}`);
    expect(output).toContain('FAILED  the service answers, with and without a slash: Nothing listens at');
  });
});

describe('npm run smoke -- --stage', () => {
  it('asks CloudFormation for the address', async () => {
    const url = await broken();
    const model = await startCloudFormation({
      DescribeStacks: ({ StackName }) => {
        if (StackName !== 'gatehouse-dev') throw new CloudFormationRefusal(`Stack with id ${StackName} does not exist`);
        return { Stacks: [{ StackName, StackStatus: 'UPDATE_COMPLETE', Outputs: [{ OutputKey: 'HttpApiUrl', OutputValue: url }] }] };
      },
    });
    stops.push(model.stop);
    const environment = { ...localEnvironment, AWS_ENDPOINT_URL_CLOUDFORMATION: model.endpoint };
    expect(await runScript('smoke', environment, ...patient, '--stage', 'dev')).toMatchObject({
      code: 0,
      output: expect.stringContaining('ok      deletes'),
    });
    expect(await runScript('smoke', environment, '--stage', 'prod')).toEqual({
      code: 1,
      output: 'There is no stack gatehouse-prod in eu-central-1: deploy the stage first, or name another --region\n',
    });
  });
});
