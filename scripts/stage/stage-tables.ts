import { resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { randomId } from '#lib/ids.ts';
import { type FieldErrors, Problem, problems } from '#lib/problem.ts';
import { requestContext, withRequestContext } from '#lib/request-context.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { tableNames } from '#lib/settings/tables.ts';
import { say } from '#lib/wording.ts';
import { localCredentials } from '#local/emulators/emulator.ts';
import { keysPath, projectFolder, readService, readStages } from '#local/project.ts';
import { Refusal } from '#local/refusal.ts';
import { runningEndpoints } from '#local/start/endpoints.ts';
import { readStageSettings } from '../../plugins/stage-settings.ts';
import { missingCredentials } from './credentials.ts';

export type StageTables = {
  readonly settings: Settings;
  readonly client: DynamoDBDocumentClient;
  /** The client of the stage's secrets. */
  readonly ssm: SSMClient;
  readonly place: string;
  close(): void;
};

/**
 * The settings and the tables of a stage. For `local` they are those of the running `npm start`, or of
 * AWS_ENDPOINT_URL_DYNAMODB; for the others those on AWS. Throws a Refusal if there are none.
 */
function openStageTables(stage: string, region: string, environment: NodeJS.ProcessEnv): StageTables {
  const settings = settingsOf(stage, environment);
  const isLocal = stage === 'local';
  const given = { dynamodb: environment['AWS_ENDPOINT_URL_DYNAMODB'], ssm: environment['AWS_ENDPOINT_URL_SSM'] };
  const running = isLocal && !given.dynamodb ? localEndpoints(environment) : undefined;
  const endpoint = given.dynamodb || running?.dynamodb;
  const parameters = given.ssm || running?.ssm;
  const credentials = isLocal ? { region: 'us-east-1', credentials: localCredentials } : { region };
  const plain = new DynamoDBClient({ ...credentials, ...(endpoint && { endpoint }), maxAttempts: 3 });
  const ssm = new SSMClient({ ...credentials, ...(parameters && { endpoint: parameters }), maxAttempts: 3 });
  return {
    settings,
    ssm,
    client: DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } }),
    place: isLocal ? 'on this machine' : `in ${region}`,
    close: () => {
      plain.destroy();
      ssm.destroy();
    },
  };
}

/** Opens the tables of a stage for some work, whose events say that a command caused them. An error becomes a Refusal with one line, or with one line per field. */
export async function withStageTables<T>(stage: string, region: string, work: (tables: StageTables) => Promise<T>): Promise<T> {
  const tables = openStageTables(stage, region, process.env);
  try {
    const context = requestContext() ?? { via: 'command line', requestId: randomId() };
    return await withRequestContext(context, () => work(tables));
  } catch (error) {
    throw asRefusal(error, stage, tables.place);
  } finally {
    tables.close();
  }
}

function asRefusal(error: unknown, stage: string, place: string): unknown {
  if (error instanceof Problem && error.options.errors) return new Refusal(sentences(error.options.errors).join('\n'));
  if (error instanceof Problem && error.code === 'unavailable')
    return new Refusal(`Other commands changed the same user at the same time (${error.options.reason}). Try again.`);
  if (error instanceof Problem) return new Refusal(say(problems[error.code].detail, 'en', error.options.values));
  if (!(error instanceof Error) || error instanceof Refusal) return error;
  const missing = missingCredentials(error);
  if (missing) return missing;
  if (error.name === 'ResourceNotFoundException')
    return new Refusal(`The stage ${stage} has no tables ${place}: deploy it first, or name another --region.`);
  // The SDK's errors tell the number of attempts; every other error is a fault of ours.
  if (!('$metadata' in error) && !error.name.endsWith('ProviderError')) return error;
  return new Refusal(`The tables of the stage ${stage} did not answer (${place}): ${error.name}: ${error.message}`);
}

function sentences(errors: FieldErrors): string[] {
  return Object.entries(errors).flatMap(([field, list]) => list.map(({ phrase, values }) => `${field}: ${say(phrase, 'en', values)}`));
}

function localEndpoints(environment: NodeJS.ProcessEnv) {
  const name = environment['LOCAL_DIR'] || '.local';
  const running = runningEndpoints(resolve(projectFolder, name));
  if (running) return running;
  throw new Refusal(
    `Nothing runs on ${name}: start it with npm start, then repeat the command in another terminal. For a deployed stage, add --stage …`,
  );
}

/** The settings of a stage as its functions have them. */
function settingsOf(stage: string, environment: NodeJS.ProcessEnv): Settings {
  try {
    const { settings } = readStageSettings(readStages(), stage, stage === 'local' ? environment : {});
    return { ...settings, ...tableNames(readService().name, stage), KEYS_PATH: keysPath(stage) };
  } catch (error) {
    throw new Refusal((error as Error).message);
  }
}
