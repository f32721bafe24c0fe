import { inject } from 'vitest';
import type { DynamoEngine } from '#local/emulators/dynamo.ts';
import { type Database, openDatabase } from './database.ts';

/** The engines that run for all store tests, and their addresses; see start-engines.ts. */
const endpoints = inject('dynamoEndpoints');

export const engines = Object.keys(endpoints) as DynamoEngine[];

/** Its own empty tables in a shared engine. */
export async function startDatabase(engine: DynamoEngine): Promise<Database> {
  return await openDatabase(endpoints[engine] ?? '');
}
