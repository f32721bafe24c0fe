import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { waves } from '#local/gateway/call-log.ts';
import { type MadeGate, madeGate, type Sent } from './made-gate.ts';

let made: MadeGate;
let retrying: MadeGate;
const roles = { writer: [{ Effect: 'Allow', Action: ['dynamodb:*', 's3:*'], Resource: '*' }] };
beforeAll(async () => {
  made = await madeGate(roles);
  retrying = await madeGate(roles, 3);
});
afterAll(async () => {
  await made.stop();
  await retrying.stop();
});
beforeEach(() => made.gate.reset());

const put = (id: string): Sent => ['dynamodb', 'PutItem', { TableName: 'users', Item: { id: { S: id } } }];
const add = (id: string): Sent => [
  'dynamodb',
  'UpdateItem',
  { TableName: 'users', Key: { id: { S: id } }, UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': { N: '1' } } },
];
const isThere = async (id: string) => {
  const [found] = await made.send('writer', ['dynamodb', 'GetItem', { TableName: 'users', Key: { id: { S: id } } }]);
  return found.Item !== undefined;
};
const isPut = ({ operation }: { operation: string }) => operation === 'PutItem';

describe('a fault', () => {
  it('refuse: the service throttles, and nothing was done', async () => {
    const fault = made.gate.fault('writer', isPut, 'refuse');
    expect(await made.send('writer', put('refused'))).toMatchObject([{ error: 'ThrottlingException' }]);
    expect([fault.struck, await isThere('refused')]).toEqual([1, false]);
  });

  it('drop-before: the answer never comes, and nothing was done', async () => {
    made.gate.fault('writer', isPut, 'drop-before');
    const [answer] = await made.send('writer', put('dropped'));
    expect(answer).toMatchObject({ error: expect.any(String) });
    expect(await isThere('dropped')).toBe(false);
  });

  it('drop-after: the answer never comes, but it was done', async () => {
    made.gate.fault('writer', isPut, 'drop-after');
    const [answer] = await made.send('writer', put('written'));
    expect(answer).toMatchObject({ error: expect.any(String) });
    expect(await isThere('written')).toBe(true);
  });

  it('crash-before and crash-after: the instance is killed before or after it was done; the next request gets a new one', async () => {
    made.gate.fault('writer', isPut, 'crash-before');
    expect(await made.send('writer', put('never'))).toMatchObject([{ kind: 'threw', error: { errorType: 'Runtime.ExitError' } }]);
    expect(await isThere('never')).toBe(false);
    made.gate.fault('writer', isPut, 'crash-after');
    expect(await made.send('writer', put('once'))).toMatchObject([{ kind: 'threw' }]);
    expect(await isThere('once')).toBe(true);
  });

  it('delay: it is done, but late', async () => {
    made.gate.fault('writer', isPut, 'delay', { delayMs: 200 });
    const before = performance.now();
    expect(await made.send('writer', put('late'))).toMatchObject([{ attempts: 1 }]);
    expect(performance.now() - before).toBeGreaterThanOrEqual(190);
  });

  it('strikes as often as requested, only for matching calls, until it is ended', async () => {
    const fault = made.gate.fault('writer', ({ index, isWrite }) => isWrite && index === 1, 'refuse', { times: 2 });
    expect(await made.send('writer', put('a'), put('b'), put('c'))).toMatchObject([
      { attempts: 1 },
      { error: 'ThrottlingException' },
      { attempts: 1 },
    ]);
    fault.end();
    expect(await made.send('writer', put('a'), put('b'))).toMatchObject([{ attempts: 1 }, { attempts: 1 }]);
    expect(fault.struck).toBe(1);
  });

  it('after the write makes the SDK write again: what a retry does to a counter', async () => {
    retrying.gate.fault('writer', ({ operation }) => operation === 'UpdateItem', 'drop-after');
    expect(await retrying.send('writer', add('counter'))).toMatchObject([{ attempts: 2 }]);
    const [found] = await retrying.send('writer', ['dynamodb', 'GetItem', { TableName: 'users', Key: { id: { S: 'counter' } } }]);
    expect(found.Item.n).toEqual({ N: '2' });
  });
});

describe('the calls of a function', () => {
  // On a busy machine, calls sent at once may arrive one by one; the opposite never happens.
  it('are counted by invocation, and in waves', { retry: 4 }, async ({ task }) => {
    made.gate.reset();
    made.gate.latency(50 * 2 ** (task.result?.retryCount ?? 0));
    await made.send('writer', put('a'), put('b'), put('c'));
    await made.functions.invoke('writer', { calls: [put('a'), put('b'), put('c')], together: true });
    const [inTurn = [], together = []] = made.gate.invocations('writer').values();
    expect(inTurn.map(({ operation, status, index }) => `${index} ${operation} ${status}`)).toEqual([
      '0 PutItem 200',
      '1 PutItem 200',
      '2 PutItem 200',
    ]);
    expect([waves(inTurn), together.length, waves(together)]).toEqual([3, 3, 1]);
    expect(made.gate.calls('writer')).toHaveLength(6);
  });

  it('are known with their cost, which the function gets only if it asks', async () => {
    const Key = { id: { S: 'priced' } };
    const transact: Sent = ['dynamodb', 'TransactWriteItems', { TransactItems: [{ Put: { TableName: 'users', Item: Key } }] }];
    const eventually: Sent = ['dynamodb', 'GetItem', { TableName: 'users', Key }];
    const asking: Sent = ['dynamodb', 'GetItem', { TableName: 'users', Key, ReturnConsumedCapacity: 'TOTAL' }];
    const answers = await made.send('writer', put('priced'), transact, eventually, asking);
    expect(made.gate.calls('writer').map(({ units }) => units)).toEqual([1, 2, 0.5, undefined]);
    expect(answers.map((answer) => 'ConsumedCapacity' in answer)).toEqual([false, false, false, true]);
  });
});
