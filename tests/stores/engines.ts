import { inject } from 'vitest';
import type { DynamoEngine } from '#local/emulators/dynamo.ts';
import { type Database, openDatabase } from './database.ts';

/** The engines that run for all store tests, and where; see start-engines.ts. */
const endpoints = inject('dynamoEndpoints');

export const engines = Object.keys(endpoints) as DynamoEngine[];

/** Empty tables of their own in an engine that others use as well. */
export async function startDatabase(engine: DynamoEngine): Promise<Database> {
  return await openDatabase(endpoints[engine] ?? '');
}
