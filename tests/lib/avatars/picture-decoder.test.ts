import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { lambdaPictureDecoder } from '#lib/avatars/picture-decoder.lambda.ts';
import { isUnavailable } from '#lib/aws/fault.ts';
import { localCredentials } from '#local/emulators/emulator.ts';

type Answer = { readonly status?: number; readonly headers?: Record<string, string>; readonly body: unknown };
let next: Answer;
const asked: { path: string; event: unknown }[] = [];

const server = createServer(async (request, response: ServerResponse) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  asked.push({ path: request.url ?? '', event: JSON.parse(Buffer.concat(chunks).toString()) });
  response.writeHead(next.status ?? 200, next.headers).end(JSON.stringify(next.body));
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const client = new LambdaClient({
  endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  region: 'eu-central-1',
  credentials: localCredentials,
  maxAttempts: 1,
});
afterAll(() => {
  client.destroy();
  server.close();
});
beforeEach(() => asked.splice(0));

const decode = async (answer: Answer) => {
  next = answer;
  return await lambdaPictureDecoder({ DECODER_FUNCTION: 'gatehouse-dev-avatarDecode' }, client).decode(Buffer.from('parts'));
};
const functionError = (body: object): Answer => ({ headers: { 'x-amz-function-error': 'Unhandled' }, body });

test('the parts are sent to the function of the stage, and its picture is returned', async () => {
  expect(await decode({ body: { picture: Buffer.from('webp').toString('base64') } })).toEqual({ picture: Buffer.from('webp') });
  expect(asked).toEqual([
    {
      path: '/2015-03-31/functions/gatehouse-dev-avatarDecode/invocations',
      event: { parts: Buffer.from('parts').toString('base64') },
    },
  ]);
});

test('the reason of a picture that cannot be decoded is returned', async () => {
  expect(await decode({ body: { invalid: 'CRC error' } })).toEqual({ invalid: 'CRC error' });
});

// The reports of Lambda, as its runtime and its service write them.
test.for([
  { errorType: 'Runtime.ExitError', errorMessage: 'RequestId: 1 Error: Runtime exited with error: signal: killed' },
  { errorType: 'Runtime.ExitError', errorMessage: 'RequestId: 1 Error: Runtime exited with error: exit status 1' },
  { errorType: 'Runtime.OutOfMemory', errorMessage: 'RequestId: 1 Error: Runtime exited with error: signal: killed' },
  { errorType: 'Sandbox.Timedout', errorMessage: 'RequestId: 1 Error: Task timed out after 8.00 seconds' },
  { errorMessage: '2026-12-01T05:00:00.000Z 1 Task timed out after 8.00 seconds' },
])('a picture that ended its decoder is invalid: %j', async (report) => {
  expect(await decode(functionError(report))).toEqual({ invalid: expect.stringContaining('it ended its decoder') });
});

test.for([
  { errorType: 'TypeError', errorMessage: 'x is not a function' },
  { errorType: 'Runtime.ImportModuleError', errorMessage: "Cannot find module 'sharp'" },
  { errorType: 'Runtime.HandlerNotFound', errorMessage: 'decode.handler is undefined' },
])('a decoder that fails by itself is a fault, and no picture is blamed: %j', async (report) => {
  const error = await decode(functionError(report)).catch((thrown: unknown) => thrown);
  expect([String(error), isUnavailable(error)]).toEqual([`Error: the decoder failed: ${report.errorType}: ${report.errorMessage}`, false]);
});

test.for([
  [429, 'TooManyRequestsException'],
  [500, 'ServiceException'],
  [503, 'ServiceUnavailable'],
] as const)('a call that Lambda refuses with %i is unavailable, and is not repeated', async ([status, name]) => {
  const error = await decode({ status, headers: { 'x-amzn-errortype': name }, body: {} }).catch((thrown: unknown) => thrown);
  expect([isUnavailable(error), asked.length]).toEqual([true, 1]);
});

test.for([[null], ['text'], [{}], [{ picture: 7 }]])('an answer without a picture or a reason is a fault: %j', async ([body]) => {
  await expect(decode({ body })).rejects.toThrow('neither a picture nor a reason');
});
