import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe } from 'vitest';
import { dynamoLetterStore } from '#lib/messages/letter-store.dynamo.ts';
import type { Database } from './database.ts';
import { engines, startDatabase } from './engines.ts';
import { promisesOfLetterStore } from './letter-store.contract.ts';
import { memoryLetterStore } from './letter-store.memory.ts';

promisesOfLetterStore('memory', async () => memoryLetterStore());

describe.for(engines)('%s', (engine) => {
  let database: Database;
  beforeAll(async () => {
    database = await startDatabase(engine);
    const Item = { key: 'throttle#login#who#0', count: 1, expires_at: 2_500_000_000 };
    await database.client.send(new PutCommand({ TableName: database.tables.SHORT_LIVED_TABLE, Item }));
  }, 60_000);
  afterAll(() => database.close());

  promisesOfLetterStore(engine, async () => dynamoLetterStore(database.tables, database.client));
});
