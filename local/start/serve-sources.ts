import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { Thrown } from '#local/functions/messages.ts';
import { type SourceFunctions, type Sources, startSourceFunctions } from '#local/functions/source-functions.ts';
import { findSyntaxError } from '#local/functions/syntax-error.ts';
import { watchSources } from '#local/functions/watch-sources.ts';
import { type HttpApi, startHttpApi } from '#local/gateway/http-api.ts';
import type { Api } from '#local/gateway/http-api-template.ts';
import { projectFolder } from '#local/project.ts';
import { Refusal } from '#local/refusal.ts';
import { type LocalMapping, startLocalStreams } from '#local/streams/local-streams.ts';
import { describeThrown, explainFailure, placeOf } from './explain.ts';
import { faultsIn } from './faults-in-log.ts';
import { tellRefusedOrigin } from './refused-origin.ts';
import type { LocalRun } from './run.ts';

/** The functions and the API in front of them. */
type Served = { readonly sources: Sources; readonly api: (functions: Pick<SourceFunctions, 'invoke'>) => Api };

export type ServeOptions = {
  readonly served: Served;
  /** Reads the YAML files again; throws if they are not valid. */
  readonly reread: () => Promise<Served>;
  readonly mappings: readonly LocalMapping[];
};

/** Functions with heavy imports (the image decoder, openapi.json, every sender) are loaded at their first request. */
const loadedLater = ['avatarDecode', 'openapi', 'messagesSend'];
/** Requests that one function serves at once; further ones wait. */
const limit = 10;

const sourcePatterns = ['functions/**/*.ts', 'lib/**/*.ts', 'project/*.ts'];
/** After this long, in milliseconds, the terminal says that a reload has not ended. */
const slowMs = 10_000;

/** Paths that take effect when saved, and paths that take effect at the next start. */
const watched = ['functions', 'lib', 'project', 'project/breached-passwords.filter', 'stages.yml', 'openapi.json'];
const readAtStart = ['serverless.yml', 'resources', 'plugins', 'local', 'package.json', '.env'];

/** Serves the functions from their sources, and again whenever one of these changes. */
export async function serveSources(run: LocalRun, options: ServeOptions): Promise<SourceFunctions> {
  let { served } = options;
  // Watched from the beginning, so that nothing saved while the functions are loaded is missed; a reload waits until they serve.
  const serving = Promise.withResolvers<void>();
  const saved = new Set<string>();
  const watching = [
    watchSources(projectFolder, watched, (files) => {
      for (const file of files) saved.add(file);
      void serving.promise.then(() => reload());
    }),
    watchSources(projectFolder, readAtStart, (files) =>
      run.tell(`${files.join(', ')} changed. This takes effect at the next start: Ctrl-C, then npm start.`),
    ),
  ];
  for (const each of watching) run.started(each);
  /** Tells of a fault in short at the terminal, and whole in the log. */
  function fault(functionName: string | undefined, short: string, whole = short): void {
    const of = functionName ? `${functionName}: ` : '';
    run.tell(`✗ ${of}${short}`);
    run.log(`${of}${whole}\n`);
  }
  const functions = startSourceFunctions({
    sources: served.sources,
    loadFirst: served.sources.functions.map(({ name }) => name).filter((name) => !loadedLater.includes(name)),
    limit,
    inspectPort: run.inspectPort,
    onLog: (text) => {
      run.log(text);
      for (const fault of faultsIn(text)) run.tell(`✗ ${fault}`);
    },
    onFault: (error, name) => {
      const whole = error.stack.includes(error.message) ? error.stack : describeThrown(error);
      fault(name, describeThrown(error), whole);
    },
  });
  run.started(functions);
  run.doing('Loading the functions');
  const broken = await functions.loading;
  if (broken) throw new Refusal(describeThrown(await located(broken, globSync(sourcePatterns))));
  await warmAuthorizer(functions);

  let api = served.api(functions);
  let reloads = 0;
  const gateway: HttpApi = await startHttpApi({
    api: () => api,
    functions,
    port: run.port,
    explain: (failure) => {
      if (failure.reason) fault(failure.functionName, failure.reason);
      return explainFailure(failure);
    },
    onRefusedOrigin: tellRefusedOrigin(run.tell),
  });
  run.started(gateway);

  /** Loads what was saved since the sources that serve; one that comes later ends one that is still loading. */
  async function reload(): Promise<void> {
    const files = [...saved].sort();
    reloads += 1;
    const own = reloads;
    const slow = setTimeout(
      () => run.tell(`… ${files.join(', ')}: still loading; a module may be waiting for something that never happens.`),
      slowMs,
    );
    const began = performance.now();
    const what = files.length > 3 ? `${files.length} files` : files.join(', ');
    try {
      const next = files.some((file) => file.endsWith('.yml')) ? await options.reread() : served;
      if (own !== reloads) return; // a later save has taken its place
      const error = await functions.reload(next.sources);
      if (own !== reloads) return;
      if (error) return run.tell(`✗ ${describeThrown(await located(error, files))}\n  The code before goes on until this is fixed.`);
      for (const file of files) saved.delete(file);
      served = next;
      api = next.api(functions);
      run.tell(`↻ ${what}: serves again after ${Math.round(performance.now() - began)} ms`);
    } catch (error) {
      run.tell(`✗ ${(error as Error).message}\n  The code before goes on until this is fixed.`);
    } finally {
      clearTimeout(slow);
    }
  }
  run.started(
    await startLocalStreams({
      mappings: options.mappings,
      endpoint: run.emulators.dynamodb.endpoint,
      run: async (name, records) => {
        const outcome = await functions.invoke(name, { Records: records });
        return outcome.kind === 'returned' ? { answered: JSON.parse(outcome.payload) } : 'failed';
      },
      positionsFile: run.folder.streams,
      log: run.log,
    }),
  );
  const unwatched = (await Promise.all(watching.map(({ ready }) => ready))).find((error) => error !== undefined);
  if (unwatched) run.tell(`Files cannot be watched (${unwatched.message}). Changes take effect at the next start.`);
  serving.resolve();
  return functions;
}

/** Adds file and line to a syntax error that Node did not locate, by checking these files. */
async function located(error: Thrown, files: readonly string[]): Promise<Thrown> {
  const isFound = placeOf(error) !== undefined || !/SyntaxError/.test(`${error.name} ${error.stack}`);
  return isFound ? error : ((await findSyntaxError(files.map((file) => join(projectFolder, file)))) ?? error);
}

/** Loads the authorizer's keys, so that the first locked request does not wait for them. Throws a Refusal if the authorizer fails. */
async function warmAuthorizer(functions: SourceFunctions): Promise<void> {
  const authorization = 'Bearer of.no.token';
  const event = { version: '2.0', type: 'REQUEST', identitySource: [authorization], headers: { authorization }, requestContext: {} };
  const outcome = await functions.invoke('authorizer', event);
  if (outcome.kind !== 'returned') throw new Refusal('The authorizer failed its first call; the reason is above.');
}
