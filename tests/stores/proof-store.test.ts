import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoProofStore } from '#lib/human-check/proof-store.dynamo.ts';
import type { Database } from './database.ts';
import { engines, startDatabase } from './engines.ts';
import { promisesOfProofStore } from './proof-store.contract.ts';
import { memoryProofStore } from './proof-store.memory.ts';
import { withLostAnswers } from './trouble.ts';

promisesOfProofStore('memory', async () => memoryProofStore());

describe.for(engines)('%s', (engine) => {
  let database: Database;
  beforeAll(async () => {
    database = await startDatabase(engine);
  }, 60_000);
  afterAll(() => database.close());

  promisesOfProofStore(engine, async () => dynamoProofStore(database.tables, database.client));

  const spender = { requestId: 'r-1', now: new Date(1_900_000_000_000) };

  test('rows expire, those of solved challenges some minutes after they could be used', async () => {
    const proofs = dynamoProofStore(database.tables, database.client);
    const id = randomUUID();
    await proofs.keepAnswer({ id, answer: 'hmac', expiresAt: 1_900_000_100 });
    await proofs.spendSolution({ signature: id, expiresAt: 1_900_000_600 }, spender);
    const row = async (key: string) => await database.row(database.tables.SHORT_LIVED_TABLE, { key });
    expect(await row(`captcha#${id}`)).toEqual({ key: `captcha#${id}`, answer: 'hmac', expires_at: 1_900_000_100 });
    expect(await row(`challenge#${id}`)).toEqual({ key: `challenge#${id}`, spent_by: 'r-1', expires_at: 1_900_000_900 });
  });

  test('a lost answer of the table is repeated with the same result', async () => {
    const troubled = () => withLostAnswers(database.connect(), { command: 'UpdateItemCommand', times: 1 });
    const [one, other] = [troubled(), troubled()];
    const id = randomUUID();
    await dynamoProofStore(database.tables, database.client).keepAnswer({ id, answer: 'hmac', expiresAt: 1_900_000_100 });
    expect(await dynamoProofStore(database.tables, one.client).spendAnswer(id, spender)).toBe('hmac');
    const solved = { signature: id, expiresAt: 1_900_000_600 };
    expect(await dynamoProofStore(database.tables, other.client).spendSolution(solved, spender)).toBe('spent');
    expect([one.met(), other.met()]).toEqual([1, 1]);
  });
});
