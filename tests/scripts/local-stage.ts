import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { tableNames } from '#lib/settings/tables.ts';
import { createResources } from '#local/emulators/create-resources.ts';
import { startDynamo } from '#local/emulators/dynamo.ts';
import { localCredentials } from '#local/emulators/emulator.ts';
import { readService } from '#local/project.ts';
import { tableResources } from '../support/table-resources.ts';
import { scriptEnvironment } from './script-environment.ts';

/** The tables of the stage local, as its settings name them. */
export const localTables = tableNames(readService().name, 'local');

type Ran = { readonly code: unknown; readonly output: string; readonly complaint: string };

/** A stage `local` with empty tables and a folder, on which scripts run as a person would run them. */
export async function startLocalStage() {
  const folder = mkdtempSync(join(tmpdir(), 'local-stage-'));
  const dynamodb = await startDynamo();
  await createResources(tableResources(localTables), { dynamodb: dynamodb.endpoint, s3: dynamodb.endpoint });
  const plain = new DynamoDBClient({ endpoint: dynamodb.endpoint, region: 'us-east-1', credentials: localCredentials });
  const client = DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } });
  const environment = { ENV_FILE: '', LOCAL_DIR: folder, BCRYPT_ROUNDS: '4', AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint };
  const begin = (script: string, parameters: readonly string[], given: NodeJS.ProcessEnv = {}) => {
    const path = new URL(`../../scripts/${script}`, import.meta.url).pathname;
    const env = { ...scriptEnvironment(), ...environment, ...given };
    const { promise: ended, resolve } = Promise.withResolvers<Ran>();
    const child = execFile(process.execPath, [path, ...parameters], { env, maxBuffer: 2 ** 28 }, (error, output, complaint) =>
      resolve({ code: error ? (error.code ?? error.signal) : 0, output, complaint }),
    );
    child.stdin?.end();
    return { child, ended };
  };
  return {
    folder,
    client,
    endpoint: dynamodb.endpoint,
    /** Starts a script as a person would. */
    begin,
    users: (...parameters: readonly string[]) => begin('users.ts', parameters).ended,
    async stop() {
      plain.destroy();
      await dynamodb.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
