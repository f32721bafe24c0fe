import type { TestProject } from 'vitest/node';
import { availableDynamoEngines, startDynamo } from '#local/emulators/dynamo.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** By the name of the engine. */
    readonly dynamoEndpoints: Readonly<Record<string, string>>;
  }
}

/** Starts each engine once for all store tests: DynamoDB Local takes longer to start than most tests to run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started = await Promise.all(availableDynamoEngines().map(async (engine) => [engine, await startDynamo({ engine })] as const));
  project.provide('dynamoEndpoints', Object.fromEntries(started.map(([engine, { endpoint }]) => [engine, endpoint])));
  return async () => {
    await Promise.all(started.map(([, { stop }]) => stop()));
  };
}
