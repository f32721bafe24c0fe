import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Settings } from '#lib/settings/catalogue.ts';
import { createResources } from '#local/emulators/create-resources.ts';
import { type DynamoEngine, startDynamo } from '#local/emulators/dynamo.ts';
import { localCredentials } from '#local/emulators/emulator.ts';
import { startParameterStore } from '#local/emulators/parameter-store.ts';
import { startS3 } from '#local/emulators/s3.ts';
import { readStages } from '#local/project.ts';
import { settleKeys } from '#local/settled-keys.ts';
import { readStageSettings } from '../../plugins/stage-settings.ts';
import { shapeTemplate } from '../../plugins/stage-template.ts';
import type { Emulated } from './aws-call.ts';
import { type Functions, type Outcome, startFunctions } from './functions.ts';
import { type HttpApiOptions, startHttpApi } from './http-api.ts';
import { readApi } from './http-api-template.ts';
import { type IamGate, startIamGate } from './iam-gate.ts';
import type { LogLine } from './log-lines.ts';
import { packageStage } from './packaged.ts';
import { type Streams, startStreams } from './streams.ts';
import { readTemplate, type Template } from './template.ts';

export type GatewayOptions = {
  readonly stage?: string;
  /** The folder of the project to package; by default this one. */
  readonly project?: string;
  /** Settings that differ from the stage's, such as `{ REFRESH_GRACE: '2s' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Settings that shape the template itself, such as `{ AUTH_COOKIES: 'lax' }`; the stage `local` is packaged with them. */
  readonly shape?: Readonly<Record<string, string>>;
  /** Environment variables of the functions that neither the template nor the check of the stage sees. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The maximum number of instances of a function. */
  readonly instances?: number;
  /** The maximum number of instances of all functions together. */
  readonly inAll?: number;
  /** Keys that the settings of a deployed stage may not have. */
  readonly keys?: Partial<Pick<Settings, 'SIGNING_KEY' | 'DJANGO_SIGNING_KEY'>>;
  readonly port?: number;
  readonly dynamoEngine?: DynamoEngine;
  /** The time for the functions and the gateway's cache, in milliseconds since 1970. Absent: the real time. */
  readonly clock?: () => number;
  /** The folder of tables, pictures and keys; without it they are gone when the gateway stops. */
  readonly directory?: string;
  /** Called with the output of the functions as it is written. */
  readonly onLog?: (text: string) => void;
  /** The host in the URLs of people, such as `localhost:3000`. Functions then see it instead of the host on AWS. */
  readonly host?: string;
} & Pick<HttpApiOptions, 'onEvent' | 'explain' | 'onRefusedOrigin'>;

/** The options of `fetch`, and the address of the client. */
type Init = RequestInit & { readonly from?: string };

export type Gateway = {
  /** Its address. */
  readonly url: string;
  /** Its origin on AWS, with which the URLs in its answers begin unless PUBLIC_URL is set. */
  readonly origin: string;
  /** `fetch` of a path, or of a URL that begins with `origin`. */
  fetch(path: string, init?: Init): Promise<Response>;
  readonly gate: IamGate;
  /** The functions that read a table's stream. */
  readonly streams: Streams;
  logs(functionName: string): readonly LogLine[];
  /** The number of runs of a function. */
  invocations(functionName: string): number;
  /** Runs a function without a route, as its schedule or stream would. */
  invoke(functionName: string, event: unknown): Promise<Outcome>;
  /** Adds these settings to the first ones from now on; instances that already have them are used again. */
  use(settings?: Readonly<Record<string, string>>): void;
  /** Restarts all functions with these settings on top of the first ones. */
  restart(settings?: Readonly<Record<string, string>>): void;
  /**
   * Returns to the state after the start: empty tables, no faults, logs or counts, the first settings. Keys, pictures
   * and warm instances stay.
   */
  renew(): Promise<void>;
  readonly template: Template;
  readonly routeKeys: readonly string[];
  /** The emulators themselves, where every caller may do everything. */
  readonly endpoints: Readonly<Record<Emulated, string>>;
  stop(): Promise<void>;
};

/** Packages a stage and serves the result as AWS would: HTTP API, functions, roles, tables, bucket and keys. */
export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const packaging = packageStage({
    stage: options.stage ?? (options.shape ? 'local' : 'dev'),
    ...(options.project && { project: options.project }),
    ...(options.shape && { settings: options.shape }),
  });
  const { packaged, emulators } = await bothOrNeither(packaging, startEmulators(options));
  const stops: (() => unknown)[] = [emulators.stop];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const settings = packagedSettings(options);
    const template = await readTemplate(packaged.templateFile, {}, (resources) => shapeTemplate(resources, settings));
    await fill(template, emulators.endpoints, { ...settings, ...options.keys });
    let functions: Functions | undefined;
    const gate = await startIamGate({ template, functions: () => functions as Functions, emulators: emulators.endpoints });
    stops.push(gate.stop);
    const started = startFunctions({
      template,
      directory: packaged.directory,
      environment: { ...endpointVariables(gate.endpoints), ...options.environment, ...options.settings },
      ...(options.instances !== undefined && { instances: options.instances }),
      ...(options.inAll !== undefined && { inAll: options.inAll }),
      ...(options.onLog && { onLog: options.onLog }),
      ...(options.clock && { clock: options.clock }),
    });
    functions = started;
    stops.push(started.stop);
    const streams = startStreams({
      ...{ template, functions, gate, endpoint: emulators.endpoints.dynamodb },
      positionsFile: options.directory && join(options.directory, 'streams.json'),
    });
    stops.push(streams.stop);
    const addressHeader = `x-from-${randomBytes(8).toString('hex')}`;
    const read = readApi(template, functions, options.clock);
    const served = options.host ? { ...read, place: { ...read.place, domainName: options.host, keepsHost: true } } : read;
    const origin = `https://${served.place.domainName}`;
    const api = await startHttpApi({
      api: () => served,
      functions,
      port: options.port ?? 0,
      addressHeader,
      ...(options.onEvent && { onEvent: options.onEvent }),
      ...(options.explain && { explain: options.explain }),
      ...(options.onRefusedOrigin && { onRefusedOrigin: options.onRefusedOrigin }),
    });
    stops.push(api.stop);
    return {
      url: api.url,
      origin,
      fetch: (path, { from, ...init } = {}) => {
        const headers = new Headers(init.headers);
        if (from) headers.set(addressHeader, from);
        return fetch(new URL(path.startsWith(origin) ? path.slice(origin.length) : path, api.url), { ...init, headers });
      },
      gate,
      streams,
      logs: started.logs,
      invocations: started.invocations,
      invoke: started.invoke,
      use: (settings = {}) => started.use(settings),
      restart: (settings = {}) => started.restart(settings),
      async renew() {
        gate.reset();
        started.forget();
        await streams.forget();
        await emptyTables(template, emulators.endpoints);
      },
      template,
      routeKeys: served.routes.map(({ routeKey }) => routeKey),
      endpoints: emulators.endpoints,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The settings of the stage as they would be packaged. */
function packagedSettings({ shape, stage = shape ? 'local' : 'dev', settings }: GatewayOptions): Settings {
  return readStageSettings(readStages(), stage, { ...(stage === 'local' && process.env), ...shape, ...settings }).settings;
}

type Emulators = { readonly endpoints: Readonly<Record<Emulated, string>>; stop(): Promise<void> };

async function startEmulators({ directory, dynamoEngine }: GatewayOptions): Promise<Emulators> {
  const started = await Promise.allSettled([
    startDynamo({ ...(directory && { directory: join(directory, 'dynamodb') }), ...(dynamoEngine && { engine: dynamoEngine }) }),
    startS3(directory ? { directory: join(directory, 's3') } : {}),
    startParameterStore(directory ? { file: join(directory, 'parameters.json') } : {}),
  ]);
  const stop = async () => {
    await Promise.all(started.map((one) => one.status === 'fulfilled' && one.value.stop()));
  };
  const failed = started.find((one) => one.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const [dynamodb = '', s3 = '', ssm = ''] = started.map((one) => (one.status === 'fulfilled' ? one.value.endpoint : ''));
  return { endpoints: { dynamodb, s3, ssm }, stop };
}

async function bothOrNeither<T>(packaging: Promise<T>, starting: Promise<Emulators>): Promise<{ packaged: T; emulators: Emulators }> {
  const [packaged, emulators] = await Promise.allSettled([packaging, starting]);
  if (emulators.status === 'rejected') throw emulators.reason;
  if (packaged.status === 'fulfilled') return { packaged: packaged.value, emulators: emulators.value };
  await emulators.value.stop();
  throw packaged.reason;
}

/** Creates the tables again, which is faster than to delete their rows. */
async function emptyTables(template: Template, endpoints: Emulators['endpoints']): Promise<void> {
  const dynamodb = new DynamoDBClient({ endpoint: endpoints.dynamodb, region: template.place.region, credentials: localCredentials });
  const tables = template.ofType<{ TableName: string }>('AWS::DynamoDB::Table');
  try {
    await Promise.all(tables.map(({ properties: { TableName } }) => dynamodb.send(new DeleteTableCommand({ TableName }))));
  } finally {
    dynamodb.destroy();
  }
  await makeResources(template, endpoints);
}

async function makeResources({ resources }: Template, endpoints: Emulators['endpoints']): Promise<void> {
  await createResources(
    Object.fromEntries(resources.map(({ id, type, properties }) => [id, { Type: type, Properties: properties }])),
    endpoints,
  );
}

/** Creates what a deployment and `npm run keys:create` create. */
async function fill(template: Template, endpoints: Emulators['endpoints'], settings: Settings): Promise<void> {
  await makeResources(template, endpoints);
  const { ofType, place } = template;
  const functions = ofType<{ Environment?: { Variables?: Record<string, string> } }>('AWS::Lambda::Function');
  const [path] = functions.flatMap(({ properties }) => properties.Environment?.Variables?.['KEYS_PATH'] ?? []);
  if (!path) return;
  const ssm = new SSMClient({ endpoint: endpoints.ssm, region: place.region, credentials: localCredentials });
  try {
    await settleKeys(settings, path, ssm);
  } finally {
    ssm.destroy();
  }
}

const endpointVariables = ({ dynamodb, s3, ssm, lambda }: IamGate['endpoints']) => ({
  AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
  AWS_ENDPOINT_URL_S3: s3,
  AWS_ENDPOINT_URL_SSM: ssm,
  AWS_ENDPOINT_URL_LAMBDA: lambda,
});
