import { join } from 'node:path';
import { catalogue, type Settings } from '#lib/settings/catalogue.ts';
import { createResources } from '#local/emulators/create-resources.ts';
import type { SourceFunctions } from '#local/functions/source-functions.ts';
import { projectFolder, readStages } from '#local/project.ts';
import type { LocalRun } from '#local/start/run.ts';
import { serveSources } from '#local/start/serve-sources.ts';
import type { FunctionDefinition, SchemeAdditions, Service } from './framework.ts';
import { localEnvironment, localResources } from './local-resources.ts';
import { apiOf, type LocalService, sourcesOf } from './local-service.ts';
import { localMappings } from './local-streams.ts';
import { readFunctions } from './read-functions.ts';
import { addPrefix } from './routes.ts';
import { addSchemes } from './schemes.ts';
import { readStageSettings } from './stage-settings.ts';

export type Laptop = {
  /** Makes missing tables and buckets, and serves everything. */
  serve(): Promise<void>;
  /** Resolves when everything has ended in order; then `serverless offline` may end the process. */
  ended(): Promise<void>;
};

type Place = { readonly service: string; readonly stage: string };

/**
 * The part of `serverless offline` that is ours. The framework reads serverless.yml and offers Lambda's own API (`aws
 * lambda invoke`). Requests come through our gateway, which is as strict as AWS (docs/decisions/0088).
 */
export function laptop(service: Service, place: Place, settings: Settings, run: LocalRun): Laptop {
  const resources = service.resources.Resources ?? {};
  const declared = structuredClone(service.functions);
  const environment = localEnvironment(service.provider.environment, resources, place);
  const { timeout = 6, memorySize = 1024 } = service.provider;
  const defaults = { timeout, memorySize };
  const served = (local: LocalService) => ({
    sources: sourcesOf(local),
    api: (functions: Parameters<typeof apiOf>[2]) => apiOf(local, `localhost:${run.port}`, functions),
  });

  async function reread() {
    const { functions, schemes } = await readFunctions();
    const { texts, settings: next } = readStageSettings(readStages(), place.stage, run.given);
    shapeFunctions(functions, schemes, next);
    const places = Object.fromEntries(Object.entries(environment).filter(([name]) => !isChosen(name)));
    return served({ functions, settings: next, environment: { ...awsVariables(), ...places, ...texts }, defaults });
  }

  return {
    async serve() {
      try {
        await serve();
      } catch (error) {
        run.fail(error); // it ends the process, and says why
        await run.ended;
      }
    },
    ended: () => run.ended,
  };

  async function serve(): Promise<void> {
    const { dynamodb, s3 } = run.emulators;
    run.doing('Making tables and the bucket');
    await createResources(localResources(resources, place), {
      dynamodb: dynamodb.endpoint,
      s3: s3.endpoint,
      s3Folder: run.folder.objects,
    });
    const functions = await serveSources(run, {
      served: served({ functions: declared, settings, environment: { ...awsVariables(), ...environment }, defaults }),
      reread,
      mappings: localMappings(declared, resources, place),
    });
    await handOver(service, functions);
    run.ready();
  }
}

/** Applies a stage's settings to the declared functions: the schemes of the authorizer and the prefix of the routes. */
export function shapeFunctions(functions: Record<string, FunctionDefinition>, schemes: SchemeAdditions, settings: Settings): void {
  if (functions['authorizer']) addSchemes(functions['authorizer'], schemes, settings.AUTH_HEADER_TYPES);
  addPrefix(functions, settings.API_PREFIX);
}

/** Whether a stage may choose a setting; the others name resources. */
const isChosen = (name: string) => 'default' in ((catalogue as Readonly<Record<string, object>>)[name] ?? {});

/** Leaves Lambda's own API to serverless-offline, with the same functions as behind the routes. */
async function handOver(service: Service, { invoke }: SourceFunctions): Promise<void> {
  const file = 'local/functions/lambda-handlers';
  const { handlers } = await import(join(projectFolder, `${file}.mjs`));
  for (const [name, definition] of Object.entries(service.functions)) {
    handlers[name] = async (event: unknown) => {
      const outcome = await invoke(name, event);
      if (outcome.kind === 'returned') return JSON.parse(outcome.payload);
      throw new Error(
        outcome.kind === 'threw' ? outcome.error.errorMessage : outcome.kind === 'timed-out' ? 'Task timed out' : outcome.kind,
      );
    };
    definition.handler = `${file}.handlers.${name}`;
    definition.events = (definition.events ?? []).filter(({ httpApi }) => !httpApi);
  }
}

/**
 * The AWS variables that `npm start` has set (endpoints, credentials, region), and a few that every program expects.
 */
function awsVariables(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => /^AWS_|^(PATH|HOME|TMPDIR|LANG)$/.test(name));
  return { ...(Object.fromEntries(kept) as Record<string, string>), TZ: ':UTC' };
}
