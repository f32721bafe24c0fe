import { resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Settings } from '../../lib/settings.ts';
import { readStageSettings } from '../../plugins/stage-settings.ts';
import { localCredentials } from '../emulators/emulator.ts';
import { projectFolder, readService, readStages } from '../project.ts';
import { Refusal } from '../refusal.ts';
import { runningEndpoints } from '../start/endpoints.ts';

export type StageTables = { readonly settings: Settings; readonly client: DynamoDBDocumentClient; readonly place: string; close(): void };

/**
 * The settings and the tables of a stage: of the `npm start` that runs, for `local`, or where AWS_ENDPOINT_URL_DYNAMODB says; of AWS, for the others.
 * Throws a Refusal where there are none.
 */
export function openStageTables(stage: string, region: string, environment: NodeJS.ProcessEnv): StageTables {
  const settings = settingsOf(stage, environment);
  const isLocal = stage === 'local';
  const endpoint = environment['AWS_ENDPOINT_URL_DYNAMODB'] || (isLocal ? localEndpoint(environment) : undefined);
  const credentials = isLocal ? { region: 'us-east-1', credentials: localCredentials } : { region };
  const plain = new DynamoDBClient({ ...credentials, ...(endpoint && { endpoint }), maxAttempts: 3 });
  return {
    settings,
    client: DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } }),
    place: isLocal ? 'on this machine' : `in ${region}`,
    close: () => plain.destroy(),
  };
}

function localEndpoint(environment: NodeJS.ProcessEnv): string {
  const name = environment['LOCAL_DIR'] || '.local';
  const running = runningEndpoints(resolve(projectFolder, name));
  if (running) return running.dynamodb;
  throw new Refusal(`Nothing runs on ${name}: start it with npm start, and ask again in another terminal. A deployed stage: --stage …`);
}

/** As the functions have them, the names of the tables as resources/environment.yml makes them. */
function settingsOf(stage: string, environment: NodeJS.ProcessEnv): Settings {
  try {
    const { settings } = readStageSettings(readStages(), stage, stage === 'local' ? environment : {});
    const table = (name: string) => `${readService().name}-${stage}-${name}`;
    return {
      ...settings,
      USERS_TABLE: table('users'),
      IDENTIFIERS_TABLE: table('identifiers'),
      ROLES_TABLE: table('roles'),
      SESSIONS_TABLE: table('sessions'),
      TOKEN_BLACKLIST_TABLE: table('token-blacklist'),
      OUTBOX_TABLE: table('outbox'),
    };
  } catch (error) {
    throw new Refusal((error as Error).message);
  }
}
