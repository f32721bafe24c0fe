import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomId } from '#lib/ids.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { promisesOfCounterStore } from './counter-store.contract.ts';
import { memoryCounterStore } from './counter-store.memory.ts';
import type { Database } from './database.ts';
import { engines, startDatabase } from './engines.ts';
import { withLostAnswers } from './trouble.ts';

promisesOfCounterStore('memory', async () => memoryCounterStore());

describe.for(engines)('%s', (engine) => {
  let database: Database;
  beforeAll(async () => {
    database = await startDatabase(engine);
  }, 60_000);
  afterAll(() => database.close());

  promisesOfCounterStore(engine, async () => dynamoCounterStore(database.tables, database.client));

  test('a counter expires when its window ends', async () => {
    const key = randomId();
    await dynamoCounterStore(database.tables, database.client).add(key, 3, 1_900_000_000);
    const { Item } = await database.client.send(new GetCommand({ TableName: database.tables.SHORT_LIVED_TABLE, Key: { key } }));
    expect(Item).toEqual({ key, count: 1, expires_at: 1_900_000_000 });
  });

  test('a lost answer never raises a limit', async () => {
    const { client } = withLostAnswers(database.connect(), { command: 'UpdateItemCommand', times: 1 });
    const counters = dynamoCounterStore(database.tables, client);
    const key = randomId();
    const outcomes = [];
    for (let time = 0; time < 4; time += 1) outcomes.push(await counters.add(key, 3, 1_900_000_000));
    expect(outcomes).toEqual([2, 3, 'full', 'full']);
  });
});
