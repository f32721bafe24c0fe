import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { Answer } from '#lib/http/answer.ts';
import { endpoint, type Received } from '#lib/http/endpoint.ts';
import { text } from '#lib/http/fields.ts';
import { route } from '#lib/http/route.ts';
import { quietly } from '../logged.ts';
import { callerContext, context, jsonEvent, madeEvent } from './made-event.ts';

const greeting = route({
  name: 'greeting',
  methods: ['POST'],
  path: '/greeting/',
  summary: 'Greet.',
  access: 'open',
  body: v.object({ name: text }),
  success: {
    status: 201,
    description: 'A greeting.',
    body: v.object({ words: v.string(), more: v.optional(v.object({ a: v.number() })) }),
  },
  problems: ['validation_failed'],
});
const greet = async (handle: (received: Received<typeof greeting>) => Promise<never>, event = jsonEvent({ name: 'Ann' })) =>
  await quietly(() => endpoint(greeting, handle)(event, context));
const say = (reply: unknown) => async () => reply as never;

describe('an answer', () => {
  test('is JSON with the status of its route', async () => {
    const answer = await greet(say({ words: 'Hello' }));
    expect(answer).toMatchObject({ statusCode: 201, headers: { 'content-type': 'application/json' }, body: '{"words":"Hello"}' });
  });

  test('has the headers that every answer has, and is not stored', async () => {
    for (const answer of [
      await greet(say({ words: '' })),
      await greet(say({ words: 5 })),
      await greet(say({ words: '' }), jsonEvent({})),
    ]) {
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'strict-transport-security': expect.stringMatching(/^max-age=\d{8}/),
        'referrer-policy': 'no-referrer',
      });
    }
  });

  test('has the fields that its route names and no others', async () => {
    const user = { words: 'Hello', password: 'hash', more: { a: 1, token: 'secret' } };
    expect((await greet(say(user))).body).toBe('{"words":"Hello","more":{"a":1}}');
    expect((await greet(say(new Answer(user)))).body).not.toMatch(/hash|secret/);
  });

  test('may have its own headers, which replace the usual ones', async () => {
    const headers = { location: '/users/1/', 'cache-control': 'public' };
    expect((await greet(say(new Answer({ words: '' }, { headers })))).headers).toMatchObject({
      ...headers,
      'referrer-policy': 'no-referrer',
    });
  });

  test('of bytes passes the gateway in base64', async () => {
    const answer = await greet(say(new Answer(Uint8Array.from([0, 255]), { headers: { 'content-type': 'image/webp' } })));
    expect(answer).toMatchObject({ body: 'AP8=', isBase64Encoded: true, headers: { 'content-type': 'image/webp' } });
  });

  test('without a body is empty', async () => {
    const { body, ...success } = greeting.success;
    const silent = endpoint({ ...greeting, success: { ...success, status: 204 } }, async () => undefined);
    const answer = await quietly(() => silent(jsonEvent({ name: 'a' }), context));
    expect(answer).toMatchObject({ statusCode: 204, body: '' });
    expect(answer.headers).not.toHaveProperty('content-type');
    expect(await greet(say(new Answer(undefined, { status: 304 })))).toMatchObject({ statusCode: 304, body: '' });
  });
});

describe('a handler is given', () => {
  const received = async (event: ReturnType<typeof madeEvent>) => {
    let seen: Received<typeof greeting> | undefined;
    await greet(async (given) => {
      seen = given;
      return { words: '' } as never;
    }, event);
    return seen;
  };

  test('the fields that its route names and no others', async () => {
    const event = jsonEvent({ name: 'Ann', is_superuser: true, roles: ['admin'], id: 'x' });
    expect((await received(event))?.body).toEqual({ name: 'Ann' });
  });

  test('the client as the gateway saw it, whatever the headers say', async () => {
    const forged = { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9', 'x-real-ip': '203.0.113.9', 'user-agent': 'forged' };
    const seen = await received(jsonEvent({ name: 'a' }, { headers: forged, sourceIp: '2001:db8::9' }));
    expect(seen?.client).toEqual({ address: '2001:db8:0:0::/64', device: 'a telephone', requestId: 'request-1' });
  });

  test('the language, the origin and the headers of a request', async () => {
    const seen = await received(jsonEvent({ name: 'a' }, { headers: { 'Accept-Language': 'zh', host: 'evil.example' } }));
    expect([seen?.language, seen?.origin, seen?.header('accept-language')]).toEqual(['zh-CN', 'https://accounts.example.com', 'zh']);
  });

  test("no caller on an open route, even if there is an authorizer's context", async () => {
    expect((await received(jsonEvent({ name: 'a' }, { lambda: callerContext })))?.caller).toBeUndefined();
  });

  test('nothing until all fields are valid', async () => {
    expect(await received(jsonEvent({ name: [] }))).toBeUndefined();
    expect(await received(madeEvent({ headers: { 'content-type': 'text/plain' }, body: 'x' }))).toBeUndefined();
  });
});

test('invalid fields are answered in the language of the request', async () => {
  const answer = await greet(say({ words: '' }), jsonEvent({}, { headers: { 'accept-language': 'zh-CN' } }));
  expect(answer).toMatchObject({ statusCode: 400, headers: { 'content-type': 'application/problem+json', 'content-language': 'zh-CN' } });
  expect(JSON.parse(answer.body ?? '')).toMatchObject({ code: 'validation_failed', errors: { name: ['该字段是必填项。'] } });
});

test('a file that a route asks for is required', async () => {
  const upload = route({ ...greeting, body: undefined as never, file: { field: 'avatar', maxBytes: 10, tooLarge: 'image_too_large' } });
  const answer = await quietly(() => endpoint(upload, say({ words: '' }))(madeEvent(), context));
  expect(JSON.parse(answer.body ?? '')).toMatchObject({ code: 'validation_failed', errors: { avatar: ['No file was submitted.'] } });
});
