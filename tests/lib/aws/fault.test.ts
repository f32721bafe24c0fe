import { once } from 'node:events';
import { createServer } from 'node:net';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { isUnavailable } from '#lib/aws/fault.ts';
import { localCredentials } from '#local/emulators/emulator.ts';

describe('an error that may be retried', () => {
  test.for([
    'ThrottlingException',
    'ProvisionedThroughputExceededException',
    'TransactionInProgressException',
    'TransactionConflictException',
    'TimeoutError',
    'SlowDown',
  ])('%s', (name) => {
    expect(isUnavailable(Object.assign(new Error(), { name }))).toBe(true);
  });

  test.for(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT'])('is a connection that fails with %s', (code) => {
    expect(isUnavailable(Object.assign(new Error(), { code }))).toBe(true);
  });

  test('is an answer of 500 or more', () => {
    expect([500, 503].map((httpStatusCode) => isUnavailable({ $metadata: { httpStatusCode } }))).toEqual([true, true]);
  });

  test('is a connection that the server closes after the retries of the SDK', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const client = new DynamoDBClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: localCredentials,
      maxAttempts: 2,
    });
    const error = await client.send(new GetItemCommand({ TableName: 't', Key: { id: { S: 'x' } } })).catch((thrown: unknown) => thrown);
    server.close();
    expect(isUnavailable(error)).toBe(true);
  });
});

test.for<[unknown]>([
  [new Error('a bug')],
  [new TypeError()],
  [undefined],
  [null],
  ['ECONNREFUSED'],
  [{ name: 5, code: {} }],
  [Object.assign(new Error(), { name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } })],
  [Object.assign(new Error(), { name: 'ResourceNotFoundException' })],
  [Object.assign(new Error(), { name: 'ConditionalCheckFailedException', $metadata: { httpStatusCode: 400 } })],
])('a fault of ours is no matter of trying again: %s', ([thrown]) => {
  expect(isUnavailable(thrown)).toBe(false);
});
