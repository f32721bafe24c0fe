import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { conditional } from '#lib/aws/conditional.ts';
import { isUnavailable } from '#lib/aws/fault.ts';
import { transact, transactOnce } from '#lib/aws/transact.ts';

type Answer = { readonly status: number; readonly body: object };
type Reason = { readonly Code: string; readonly Item?: object };

/** A client whose DynamoDB gives these answers in turn, and the last one from then on. */
function answering(...answers: readonly Answer[]) {
  const requests: { TransactItems: object[]; ClientRequestToken?: string }[] = [];
  const plain = new DynamoDBClient({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ body }: { body: Uint8Array }) => {
        const { status = 500, body: answer = {} } = answers[Math.min(requests.length, answers.length - 1)] ?? {};
        requests.push(JSON.parse(new TextDecoder().decode(body)));
        return { response: { statusCode: status, headers: {}, body: new TextEncoder().encode(JSON.stringify(answer)) } };
      },
    },
  });
  return { client: DynamoDBDocumentClient.from(plain), requests };
}

const done: Answer = { status: 200, body: {} };
const refused = (name: string, more: object = {}): Answer => ({
  status: 400,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'refused', ...more },
});
const cancelled = (...reasons: readonly (string | Reason)[]) =>
  refused('TransactionCanceledException', {
    CancellationReasons: reasons.map((reason) => (typeof reason === 'string' ? { Code: reason } : reason)),
  });

const put = (id: string) => ({ Put: { TableName: 'table', Item: { id } } });
const writes = [{ ...put('a'), unmet: 'first' }, { ...put('b'), unmet: 'second' }, put('c')] as const;
const busyCodes = ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'];

describe('a transaction', () => {
  test('has no obstacle once all is written', async () => {
    const { client, requests } = answering(done);
    expect(await transact(client, 'token', writes)).toEqual([]);
    expect(requests).toEqual([
      {
        TransactItems: ['a', 'b', 'c'].map((id) => ({ Put: { TableName: 'table', Item: { id: { S: id } } } })),
        ClientRequestToken: 'token',
      },
    ]);
  });

  test.each([
    [['first'], ['ConditionalCheckFailed', 'None', 'None']],
    [['second'], ['None', 'ConditionalCheckFailed', 'None']],
    [
      ['first', 'second'],
      ['ConditionalCheckFailed', 'ConditionalCheckFailed', 'None'],
    ],
    [['second'], ['TransactionConflict', 'ConditionalCheckFailed', 'None']],
    [['second'], ['ValidationError', 'ConditionalCheckFailed', 'None']],
    [['first'], ['ConditionalCheckFailed', 'None', 'ConditionalCheckFailed']],
  ])('returns %j at once if it is cancelled for %j', async (obstacles, reasons) => {
    const { client, requests } = answering(cancelled(...reasons));
    expect(await transact(client, 'token', writes)).toEqual(obstacles);
    expect(requests).toHaveLength(1);
  });

  test.each(busyCodes)('is tried four times while it meets %s', async (code) => {
    const { client, requests } = answering(cancelled('None', code, 'None'));
    expect(await transact(client, 'token', writes)).toEqual(['busy']);
    expect(requests.map(({ ClientRequestToken }) => ClientRequestToken)).toEqual(['token', 'token', 'token', 'token']);
    const short = answering(cancelled(...busyCodes), cancelled('None', 'None', code), done);
    expect(await transact(short.client, 'token', writes)).toEqual([]);
    expect(short.requests).toHaveLength(3);
  });

  test.each([
    [['ValidationError', 'None', 'None']],
    [['None', 'ItemCollectionSizeLimitExceeded', 'None']],
    [['None', 'None', 'ConditionalCheckFailed']],
    [['TransactionConflict', 'None', 'ValidationError']],
    [['TransactionConflict', 'None', 'ConditionalCheckFailed']],
    [['None', 'None', 'SomethingNew']],
    [['None', 'None', 'None']],
    [[]],
  ])('throws at once if it is cancelled for %j', async (reasons) => {
    const { client, requests } = answering(cancelled(...reasons));
    await expect(transact(client, 'token', writes)).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    expect(requests).toHaveLength(1);
  });

  test('throws if the cancellation has no reasons', async () => {
    const { client } = answering(refused('TransactionCanceledException'));
    await expect(transact(client, 'token', writes)).rejects.toMatchObject({ name: 'TransactionCanceledException' });
  });

  test('throws any other error as it came', async () => {
    for (const name of ['TransactionInProgressException', 'ThrottlingException', 'ProvisionedThroughputExceededException']) {
      const error = await transact(answering(refused(name)).client, 'token', writes).catch((thrown: unknown) => thrown);
      expect([error, isUnavailable(error)]).toMatchObject([{ name }, true]);
    }
    const { client } = answering(refused('IdempotentParameterMismatchException'));
    await expect(transact(client, 'token', writes)).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
  });

  test('makes an answer of the row found', async () => {
    const found = { Code: 'ConditionalCheckFailed', Item: { id: { S: 'a' }, count: { N: '7' } } };
    const asked = [{ ...put('a'), unmet: (row: object | undefined) => ({ row }) }];
    expect(await transact(answering(cancelled(found)).client, 'token', asked)).toEqual([{ row: { id: 'a', count: 7 } }]);
    expect(await transact(answering(cancelled('ConditionalCheckFailed')).client, 'token', asked)).toEqual([{ row: undefined }]);
  });

  test('that is tried once says what it met, and what it cost', async () => {
    const once = async (answer: Answer) => await transactOnce(answering(answer).client, writes, { ReturnConsumedCapacity: 'TOTAL' });
    const ConsumedCapacity = [{ TableName: 'table', CapacityUnits: 6 }];
    expect(await once({ status: 200, body: { ConsumedCapacity } })).toEqual({ unmet: [], isBusy: false, ConsumedCapacity });
    expect(await once(cancelled('None', 'ThrottlingError', 'None'))).toEqual({ unmet: [], isBusy: true });
    expect(await once(cancelled('ConditionalCheckFailed', 'ThrottlingError', 'None'))).toEqual({ unmet: ['first'], isBusy: true });
    expect(await once(cancelled('ConditionalCheckFailed', 'None', 'None'))).toEqual({ unmet: ['first'], isBusy: false });
  });
});

describe('a conditional write', () => {
  const write = async (answer: Answer) =>
    await conditional(answering(answer).client.send(new UpdateCommand({ TableName: 'table', Key: { id: 'a' } })));

  test('is done, with its output', async () => {
    expect(await write({ status: 200, body: { Attributes: { id: { S: 'a' } } } })).toMatchObject({ done: { Attributes: { id: 'a' } } });
  });

  test('is not done if its condition is unmet, with the row found', async () => {
    expect(await write(refused('ConditionalCheckFailedException'))).toEqual({ found: undefined });
    expect(await write(refused('ConditionalCheckFailedException', { Item: { id: { S: 'a' } } }))).toEqual({ found: { id: 'a' } });
  });

  test('throws any other error as it came', async () => {
    for (const name of ['TransactionConflictException', 'ThrottlingException', 'ValidationException'])
      await expect(write(refused(name))).rejects.toMatchObject({ name });
  });
});
