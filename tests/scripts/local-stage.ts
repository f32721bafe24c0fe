import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { parse } from 'yaml';
import { createResources } from '#local/emulators/create-resources.ts';
import { startDynamo } from '#local/emulators/dynamo.ts';
import { localCredentials } from '#local/emulators/emulator.ts';
import { readService } from '#local/project.ts';
import { scriptEnvironment } from './script-environment.ts';

const table = (name: string) => `${readService().name}-local-${name}`;

/** The tables of the stage local, as its settings name them. */
export const localTables = {
  USERS_TABLE: table('users'),
  IDENTIFIERS_TABLE: table('identifiers'),
  ROLES_TABLE: table('roles'),
  SESSIONS_TABLE: table('sessions'),
  TOKEN_BLACKLIST_TABLE: table('token-blacklist'),
  API_TOKENS_TABLE: table('api-tokens'),
  CACHE_TABLE: table('cache'),
  OUTBOX_TABLE: table('outbox'),
};

type Ran = { readonly code: unknown; readonly output: string; readonly complaint: string };

/** A stage `local` with empty tables and a folder, on which scripts run as a person would run them. */
export async function startLocalStage() {
  const folder = mkdtempSync(join(tmpdir(), 'local-stage-'));
  const dynamodb = await startDynamo();
  const yaml = readFileSync(new URL('../../resources/tables.yml', import.meta.url), 'utf8');
  const named = yaml.replace(/\$\{self:provider\.environment\.(\w+)\}/g, (_, name: keyof typeof localTables) => localTables[name]);
  await createResources(parse(named).Resources, { dynamodb: dynamodb.endpoint, s3: dynamodb.endpoint });
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
