import type { APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { expect, test } from 'vitest';
import type { Caller, Refusal } from '#lib/caller/caller.ts';
import { callerFrom } from '#lib/caller/caller.ts';
import { authorizer } from '#lib/http/authorizer.ts';
import { logged } from '../logged.ts';

const context = { awsRequestId: 'request-1' };
const asked = (headers?: Record<string, string>) => ({ headers }) as unknown as APIGatewayRequestAuthorizerEventV2;
const caller: Caller = { sub: 'u', sid: 's', jti: 'j', roles: [], exp: 2_000_000_000 };

test('a proved caller is handed to the endpoint', async () => {
  const seen: (string | undefined)[] = [];
  const handler = authorizer(async ({ header }) => {
    seen.push(header('authorization'));
    return caller;
  });
  for (const name of ['authorization', 'Authorization']) {
    const answer = await handler(asked({ [name]: 'Bearer x' }), context);
    expect(answer.isAuthorized).toBe(true);
    expect(callerFrom(answer.context, new Date(0))).toEqual(caller);
  }
  expect(seen).toEqual(['Bearer x', 'Bearer x']);
});

test('a request without the header proves no caller', async () => {
  const handler = authorizer(async ({ header }): Promise<Refusal> => {
    expect(header('authorization')).toBeUndefined();
    return { code: 'not_authenticated', detail: 'not_authenticated_detail' };
  });
  for (const event of [asked(), asked({}), asked({ accept: 'x' })]) {
    const answer = await handler(event, context);
    expect(() => callerFrom(answer.context, new Date())).toThrow();
  }
});

test('a refusal is handed to the endpoint, not turned into a bare denial', async () => {
  const handler = authorizer(async () => ({ code: 'token_not_valid', detail: 'token_expired' }));
  expect(await handler(asked({}), context)).toEqual({
    isAuthorized: true,
    context: { refused: 'token_not_valid', detail: 'token_expired' },
  });
});

test('a failed check is thrown if the gateway caches results, so the next request is checked again', async () => {
  const handler = authorizer(async () => Promise.reject(Object.assign(new Error('connect to secret'), { code: 'ECONNREFUSED' })), {
    isKept: true,
  });
  const lines = await logged(async () => {
    await expect(handler(asked({}), context)).rejects.toThrow('the authorizer could not find out');
  });
  expect(lines).toMatchObject([{ level: 'error', event: 'authorizer_fault', requestId: 'request-1' }]);
});

test('a refusal is also handed on if the gateway caches results', async () => {
  const handler = authorizer(async () => ({ code: 'token_not_valid', detail: 'token_expired' }), { isKept: true });
  expect((await handler(asked({}), context)).context).toEqual({ refused: 'token_not_valid', detail: 'token_expired' });
});

test.for([
  [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'unavailable'],
  [new Error('a bug, and a secret'), 'internal_error'],
  ['thrown text', 'internal_error'],
] as const)('a failed check lets no request in: %s is %s', async ([thrown, code]) => {
  const handler = authorizer(async () => {
    throw thrown;
  });
  let answer: Awaited<ReturnType<typeof handler>> | undefined;
  const lines = await logged(async () => {
    answer = await handler(asked({ authorization: 'Bearer secret.token.here' }), context);
  });
  expect(answer?.context).toEqual({ refused: code, detail: `${code}_detail` });
  expect(() => callerFrom(answer?.context, new Date(0))).toThrow(expect.objectContaining({ code }));
  expect(lines).toMatchObject([{ level: 'error', event: 'authorizer_fault', requestId: 'request-1' }]);
  expect(JSON.stringify(lines)).not.toContain('secret.token');
});
