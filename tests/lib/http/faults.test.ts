import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { endpoint } from '#lib/http/endpoint.ts';
import { route } from '#lib/http/route.ts';
import { Problem } from '#lib/problem.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { localCredentials } from '#local/emulators/emulator.ts';
import { freePort } from '#local/emulators/free-port.ts';
import { logged, quietly } from '../logged.ts';
import { context, jsonEvent, madeEvent } from './made-event.ts';

const plain = route({
  name: 'plain',
  methods: ['POST'],
  path: '/plain/',
  summary: 'Fail.',
  access: 'open',
  body: v.object({}),
  success: { status: 200, description: 'Never.', body: v.object({ n: v.number() }) },
  problems: [],
});
type Answer = Awaited<ReturnType<ReturnType<typeof endpoint>>>;
const failing = async (thrown: unknown, more = {}) => {
  let answer: Answer | undefined;
  const lines = await logged(async () => {
    answer = await endpoint(plain, async () => {
      throw thrown;
    })(jsonEvent({}), { ...context, ...more });
  });
  return { lines, statusCode: answer?.statusCode, headers: answer?.headers, body: JSON.parse(answer?.body ?? '') };
};

describe('a fault of ours', () => {
  test.for([
    new Error('table users-prod, password hunter2'),
    'hunter2',
    undefined,
    null,
    { statusCode: 200, body: 'hunter2' },
    new TypeError('hunter2'),
  ])('is a 500 with nothing but the id of the request: %s', async (thrown) => {
    const { statusCode, headers, body } = await failing(thrown);
    expect([statusCode, headers]).toMatchObject([500, { 'content-type': 'application/problem+json', 'cache-control': 'no-store' }]);
    expect(body).toMatchObject({ code: 'internal_error', instance: 'urn:request:request-1' });
    expect(JSON.stringify([headers, body])).not.toMatch(/hunter2|users-prod|TypeError/);
  });

  test('is logged once, with its request', async () => {
    const { lines } = await failing(new RangeError('odd'));
    expect(lines.filter(({ level }) => level === 'error')).toMatchObject([
      { event: 'fault', requestId: 'request-1', error: 'RangeError', message: 'odd' },
    ]);
  });

  test('is also an answer that its route does not allow', async () => {
    const wrong = endpoint(plain, async () => ({ n: 'hunter2' as unknown as number }));
    const answer = await quietly(() => wrong(jsonEvent({}), context));
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('hunter2');
  });
});

describe('a service that does not answer', () => {
  test('is a 503 with a time to try again', async () => {
    const { statusCode, headers, body } = await failing(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));
    expect([statusCode, headers, body]).toMatchObject([503, { 'retry-after': '2' }, { code: 'unavailable' }]);
  });

  test('is also a DynamoDB that does not run', async () => {
    const endpointUrl = `http://127.0.0.1:${await freePort()}`;
    const client = DynamoDBDocumentClient.from(
      new DynamoDBClient({ endpoint: endpointUrl, region: 'us-east-1', credentials: localCredentials }),
    );
    const users = dynamoUserStore({ USERS_TABLE: 'u', IDENTIFIERS_TABLE: 'i', ROLES_TABLE: 'r', OUTBOX_TABLE: 'o' }, client);
    const error = await users.get('x').catch((thrown: unknown) => thrown);
    expect(await failing(error)).toMatchObject({ statusCode: 503, headers: { 'retry-after': '2' } });
  });

  test('is also a function whose time is up: it answers just before it is ended', async () => {
    const never = endpoint(plain, async () => await new Promise(() => {}));
    const soon = { ...context, getRemainingTimeInMillis: () => 60 };
    const answer = await quietly(() => never(jsonEvent({}), soon));
    expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '2' } });
  });
});

describe('the log', () => {
  test('has one line a request, without anything about the client', async () => {
    const lines = await logged(async () => {
      await endpoint(plain, async () => ({ n: 1 }))(
        jsonEvent({ password: 'hunter2' }, { headers: { authorization: 'Bearer hunter2' } }),
        context,
      );
    });
    expect(lines).toEqual([
      { level: 'info', event: 'request', requestId: 'request-1', route: 'plain', status: 200, ms: expect.any(Number) },
    ]);
    expect(JSON.stringify(lines).length).toBeLessThan(300);
  });

  test('has the private reason of a refusal, which the client is not told', async () => {
    const { lines, body } = await failing(new Problem('no_active_account', { reason: 'wrong password' }));
    expect(lines).toMatchObject([
      { event: 'refused', code: 'no_active_account', reason: 'wrong password' },
      { event: 'request', status: 401 },
    ]);
    expect(JSON.stringify(body)).not.toContain('wrong password');
  });

  test('has nothing of a body, even if it could not be read', async () => {
    const lines = await logged(async () => {
      const handler = endpoint(plain, async () => ({ n: 1 }));
      await handler(madeEvent({ headers: { 'content-type': 'application/json' }, body: '{"password": hunter2' }), context);
      await handler(madeEvent({ headers: { 'content-type': 'text/hunter2' }, body: 'hunter2' }), context);
      await handler(madeEvent({ headers: { 'content-type': 'multipart/form-data; boundary=hunter2' }, body: 'hunter2' }), context);
    });
    expect(JSON.stringify(lines)).not.toContain('hunter2');
    expect(lines.map(({ status }) => status)).toEqual([400, 415, 400]);
  });

  test('has nothing of an answer that its route does not allow', async () => {
    const wrong = endpoint(plain, async () => ({ n: 'hunter2' as unknown as number }));
    expect(JSON.stringify(await logged(() => wrong(jsonEvent({}), context)))).not.toContain('hunter2');
  });
});
