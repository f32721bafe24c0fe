import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { toContext } from '#lib/caller/caller.ts';
import { endpoint, type Judge } from '#lib/http/endpoint.ts';
import { route } from '#lib/http/route.ts';
import { Problem } from '#lib/problem.ts';
import { quietly } from '../logged.ts';
import { callerContext, context, madeEvent } from './made-event.ts';

const locked = route({
  name: 'own',
  methods: ['GET'],
  path: '/users/{id}/',
  summary: 'Own.',
  access: 'locked',
  ownedBy: 'id',
  success: { status: 200, description: 'Who.', body: v.object({ sub: v.string(), roles: v.array(v.string()) }) },
  problems: ['not_authenticated', 'permission_denied'],
});
let calls = 0;
const handler = endpoint(locked, async ({ caller }) => {
  calls += 1;
  return { sub: caller.sub, roles: [...caller.roles] };
});
const ask = async (lambda: Record<string, unknown> | undefined, id = 'user-1') => {
  const answer = await quietly(() => handler(madeEvent({ method: 'GET', params: { id }, ...(lambda && { lambda }) }), context));
  return { ...answer, body: JSON.parse(answer.body ?? '') };
};

describe('a locked route', () => {
  test('lets a caller in that the authorizer proved', async () => {
    expect(await ask(callerContext)).toMatchObject({ statusCode: 200, body: { sub: 'user-1', roles: ['editor'] } });
  });

  test.for<[string, Record<string, unknown> | undefined]>([
    ['there is no authorizer context', undefined],
    ['the context is empty', {}],
    ['the context has none of our fields', { isAuthorized: true, principalId: 'user-1', claims: { sub: 'user-1' } }],
    ['the context has no jti', { ...callerContext, jti: undefined }],
    ['the token has expired since the authorizer cached it', { ...callerContext, exp: '1' }],
    ['the authorizer refused', { refused: 'token_not_valid', detail: 'token_blacklisted' }],
    ['the authorizer refused for an unknown reason', { ...callerContext, refused: 'because' }],
  ])('answers 401 if %s', async ([, lambda]) => {
    const before = calls;
    const answer = await ask(lambda);
    expect(answer).toMatchObject({ statusCode: 401, headers: { 'www-authenticate': expect.stringMatching(/^Bearer realm="api"/) } });
    expect(calls).toBe(before);
  });

  test('gives a refusal that the client can act on', async () => {
    const refused = toContext({ code: 'token_not_valid', detail: 'token_expired' });
    expect(await ask(refused)).toMatchObject({
      headers: { 'www-authenticate': 'Bearer realm="api", error="invalid_token", error_description="Token is expired"' },
      body: { code: 'token_not_valid', detail: 'Token is expired' },
    });
  });

  test('answers 503 with a time to try again if the authorizer failed', async () => {
    const unknown = toContext({ code: 'unavailable', detail: 'unavailable_detail' });
    expect(await ask(unknown)).toMatchObject({ statusCode: 503, headers: { 'retry-after': '2' }, body: { code: 'unavailable' } });
  });

  test.for(['user-2', '', 'USER-1', 'user-1 ', '__proto__', 'user-1/../user-2'])(
    'answers 403 for an id that is not the caller’s own: %j',
    async (id) => {
      const before = calls;
      expect(await ask(callerContext, id)).toMatchObject({ statusCode: 403, body: { code: 'permission_denied' } });
      expect(calls).toBe(before);
    },
  );

  test('answers 401 before 403, so that a caller without a token learns nothing', async () => {
    expect(await ask(undefined, 'user-2')).toMatchObject({ statusCode: 401 });
  });
});

describe('a judged route', () => {
  const judgedRoute = route({
    name: 'own',
    methods: ['PATCH'],
    path: '/users/{id}/',
    summary: 'Own.',
    access: 'locked',
    judged: 'update',
    body: v.object({ name: v.string() }),
    success: locked.success,
    problems: [],
  });
  const judgedEndpoint = (judge: Judge<string>) => endpoint(judgedRoute, async ({ judged }) => ({ sub: judged, roles: [] }), judge);
  const event = () => madeEvent({ method: 'PATCH', params: { id: 'user-2' }, lambda: callerContext, body: '{' });

  test('asks the judge before the body is read, with caller and path, and hands on its result', async () => {
    const asked: unknown[] = [];
    const refusing = judgedEndpoint(async (caller, params) => {
      asked.push([caller.sub, params]);
      throw new Problem('permission_denied');
    });
    expect(await quietly(() => refusing(event(), context))).toMatchObject({ statusCode: 403 });
    expect(asked).toEqual([['user-1', { id: 'user-2' }]]);
    const found = await quietly(() =>
      judgedEndpoint(async () => 'found')({ ...event(), headers: { 'content-type': 'application/json' }, body: '{"name":"x"}' }, context),
    );
    expect(JSON.parse(found.body ?? '')).toEqual({ sub: 'found', roles: [] });
  });

  test('does not ask the judge if there is no caller', async () => {
    const never = judgedEndpoint(async () => expect.unreachable());
    expect(await quietly(() => never(madeEvent({ method: 'PATCH', params: { id: 'user-2' } }), context))).toMatchObject({
      statusCode: 401,
    });
  });

  test('does not start without its judge', () => {
    // @ts-expect-error: it does not compile either
    expect(() => endpoint(judgedRoute, async () => ({ sub: '', roles: [] }))).toThrow('own has no judge');
  });
});
