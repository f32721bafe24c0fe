import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Settings } from '#lib/settings/catalogue.ts';
import { tableNames } from '#lib/settings/tables.ts';
import { currentRun } from '#local/start/run.ts';
import { writeAlarmsTo } from './alarms.ts';
import { identifyBy } from './authorizer.ts';
import { corsFor } from './cors.ts';
import type { Framework } from './framework.ts';
import { type Laptop, laptop, shapeFunctions } from './laptop.ts';
import { limitStage, type StageLimits } from './limits.ts';
import { removeLocalFunctions } from './local-functions.ts';
import { refuseUnsoundProject } from './project-files.ts';
import { askForRoles, tidyRoles } from './roles.ts';
import { addTwins } from './routes.ts';
import { readStageSettings } from './stage-settings.ts';
import { shapeTemplate } from './stage-template.ts';
import { nameTables } from './tables.ts';

/**
 * Does what serverless.yml cannot express: the settings of the stage, the header of its authorizer, the prefix and the
 * twin of each route, one small role per function with the secrets it reads, and on a laptop tables, bucket and
 * streams.
 */
export default class GatehousePlugin {
  readonly #serverless: Framework;
  #settings: Settings | undefined;
  #limits: StageLimits = {};
  #offline: Laptop | undefined;
  readonly hooks: Readonly<Record<string, () => unknown>>;

  constructor(serverless: Framework) {
    this.#serverless = serverless;
    const serve = () => this.#laptop().serve();
    this.hooks = {
      initialize: () => this.#orRefuse(() => this.#shapeService()),
      'before:offline:start': serve,
      'before:offline:start:init': serve,
      'before:offline:start:end': () => this.#laptop().ended(),
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
    const { texts, settings, alarmEmail, limits } = readStageSettings(
      stages,
      stage,
      this.#isOffline || stage === 'local' ? process.env : {},
    );
    if (!this.#isOffline) await refuseUnsoundProject(settings); // `npm start` does this where the functions run
    if (stage !== 'local') removeLocalFunctions(service.functions);
    this.#settings = settings;
    this.#limits = limits;
    const tables = tableNames(service.service, stage);
    nameTables(service.resources.Resources ?? {}, tables);
    writeAlarmsTo(service.resources.Resources ?? {}, alarmEmail);
    const cors = corsFor(settings.CORS_ORIGINS, settings.AUTH_HEADER_NAME);
    if (cors) service.provider.httpApi.cors = cors;
    Object.assign(service.provider.environment, tables, texts);
    const { jwt } = service.provider.httpApi.authorizers ?? {};
    if (jwt) identifyBy(jwt, settings);
    shapeFunctions(service.functions, service.custom.schemes ?? {}, settings);
    askForRoles(service.functions);
  }

  /** The part that only `npm start` needs: the functions from their sources, on emulators. */
  #laptop(): Laptop {
    const run = currentRun();
    if (!run || !this.#settings)
      throw this.#refusal('serverless offline needs the emulators of this project beside it: start both with `npm start`');
    this.#offline ??= laptop(this.#serverless.service, this.#place, this.#settings, run);
    return this.#offline;
  }

  #finishTemplate(): void {
    const { service } = this.#serverless;
    const { naming } = this.#serverless.getProvider('aws');
    const { Resources: resources } = service.provider.compiledCloudFormationTemplate;
    addTwins(resources);
    tidyRoles(resources, Object.keys(service.functions), naming);
    limitStage(resources, this.#limits);
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
