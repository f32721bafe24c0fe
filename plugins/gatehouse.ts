import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { refuseUnsoundHooks } from '#lib/hooks/check-hooks.ts';
import type { Hooks } from '#lib/hooks/hooks.ts';
import { refuseUnsoundMessages } from '#lib/messages/check-messages.ts';
import type { Messages } from '#lib/messages/messages.ts';
import type { Settings } from '#lib/settings.ts';
import { type Attributes, refuseUnsoundAttributes } from '#lib/users/attributes.ts';
import { writeAlarmsTo } from './alarms.ts';
import { identifyBy } from './authorizer.ts';
import { corsFor } from './cors.ts';
import type { Framework } from './framework.ts';
import { removeLocalFunctions } from './local-functions.ts';
import { localEnvironment, localResources } from './local-resources.ts';
import { localMappings } from './local-streams.ts';
import { askForRoles, tidyRoles } from './roles.ts';
import { addPrefix, addTwins } from './routes.ts';
import { addSchemes } from './schemes.ts';
import { readStageSettings } from './stage-settings.ts';
import { shapeTemplate } from './stage-template.ts';

/**
 * What serverless.yml cannot say by itself: the settings of the stage, what its authorizer reads, the prefix and the twin of every route,
 * one small role per function, the secrets it reads, and, on a laptop, the tables, the bucket and the streams.
 */
export default class GatehousePlugin {
  readonly #serverless: Framework;
  #settings: Settings | undefined;
  readonly hooks: Readonly<Record<string, () => unknown>>;

  constructor(serverless: Framework) {
    this.#serverless = serverless;
    const prepare = () => this.#createLocalResources();
    this.hooks = {
      initialize: () => this.#orRefuse(() => this.#shapeService()),
      'before:offline:start': prepare,
      'before:offline:start:init': prepare,
      'after:offline:start:init': () => this.#deliverStreams(),
      'before:aws:package:finalize:addExportNameForOutputs': () => this.#finishTemplate(),
    };
  }

  get #isOffline(): boolean {
    return this.#serverless.processedInput.commands[0] === 'offline';
  }

  get #place() {
    return { service: this.#serverless.service.service, stage: this.#serverless.getProvider('aws').getStage() };
  }

  async #shapeService(): Promise<void> {
    const { serviceDir, service } = this.#serverless;
    const { stage } = this.#place;
    if (stage === 'local' && this.#serverless.processedInput.commands[0] === 'deploy') {
      throw new Error('The stage local is for laptops and tests: deploy another, as in `npm run deploy -- --stage dev`');
    }
    const stages = parse(await readFile(join(serviceDir, 'stages.yml'), 'utf8'));
    const { texts, settings, alarmEmail } = readStageSettings(stages, stage, this.#isOffline || stage === 'local' ? process.env : {});
    refuseUnsoundHooks(settings, await readHooks());
    refuseUnsoundAttributes(await readAttributes());
    refuseUnsoundMessages(await readMessages());
    if (stage !== 'local') removeLocalFunctions(service.functions);
    this.#settings = settings;
    writeAlarmsTo(service.resources.Resources ?? {}, alarmEmail);
    const cors = corsFor(settings.CORS_ORIGINS, settings.AUTH_HEADER_NAME);
    if (cors) service.provider.httpApi.cors = cors;
    Object.assign(service.provider.environment, texts);
    const { authorizer } = service.functions;
    if (authorizer) addSchemes(authorizer, service.custom.schemes ?? {}, settings.AUTH_HEADER_TYPES);
    const { jwt } = service.provider.httpApi.authorizers ?? {};
    if (jwt) identifyBy(jwt, settings);
    addPrefix(service.functions, settings.API_PREFIX);
    askForRoles(service.functions);
    if (this.#isOffline) this.#shapeForLaptop();
  }

  /** Functions get texts where CloudFormation would resolve a reference. */
  #shapeForLaptop(): void {
    const { service } = this.#serverless;
    const resources = service.resources.Resources ?? {};
    service.provider.environment = localEnvironment(service.provider.environment, resources, this.#place);
  }

  async #createLocalResources(): Promise<void> {
    const { createResources } = await import('#local/emulators/create-resources.ts');
    const dynamodb = process.env['AWS_ENDPOINT_URL_DYNAMODB'];
    const s3 = process.env['AWS_ENDPOINT_URL_S3'];
    if (!dynamodb || !s3) throw this.#refusal('AWS_ENDPOINT_URL_DYNAMODB and AWS_ENDPOINT_URL_S3 are not set: start with `npm start`');
    await createResources(localResources(this.#serverless.service.resources.Resources ?? {}, this.#place), { dynamodb, s3 });
  }

  /** What is written to a table reaches the functions that read its stream: serverless-offline itself knows no streams. */
  async #deliverStreams(): Promise<void> {
    const { service, processedInput } = this.#serverless;
    const mappings = localMappings(service.functions, service.resources.Resources ?? {}, this.#place);
    const { startLocalStreams } = await import('#local/streams/local-streams.ts');
    await startLocalStreams({
      mappings,
      endpoint: process.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '',
      lambdaUrl: `http://127.0.0.1:${processedInput.options['lambdaPort'] ?? 3002}`,
      positionsFile: process.env['STREAM_POSITIONS_FILE'],
      log: (line) => void process.stdout.write(line),
    });
  }

  #finishTemplate(): void {
    const { service } = this.#serverless;
    const { naming } = this.#serverless.getProvider('aws');
    const { Resources: resources } = service.provider.compiledCloudFormationTemplate;
    addTwins(resources);
    tidyRoles(resources, Object.keys(service.functions), naming);
    if (this.#settings) shapeTemplate(resources, this.#settings);
  }

  async #orRefuse(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      throw this.#refusal((error as Error).message);
    }
  }

  #refusal(message: string): Error {
    return new this.#serverless.classes.Error(message, 'GATEHOUSE');
  }
}

/** The hooks of the project; undefined where the file exports none. An error that names no file is told which it was. */
async function readHooks(): Promise<Hooks | undefined> {
  const loaded: { readonly hooks?: Hooks } = await import('#hooks.ts').catch((error: Error) => {
    throw new Error(`hooks.ts cannot be loaded: ${error.message}`, { cause: error });
  });
  return loaded.hooks;
}

async function readAttributes(): Promise<Attributes | undefined> {
  const loaded: { readonly attributes?: Attributes } = await import('#attributes.ts').catch((error: Error) => {
    throw new Error(`attributes.ts cannot be loaded: ${error.message}`, { cause: error });
  });
  return loaded.attributes;
}

async function readMessages(): Promise<Messages | undefined> {
  const loaded: { readonly messages?: Messages } = await import('#messages.ts').catch((error: Error) => {
    throw new Error(`messages.ts cannot be loaded: ${error.message}`, { cause: error });
  });
  return loaded.messages;
}
