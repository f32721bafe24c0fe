import { randomUUID } from 'node:crypto';
import type { Functions, Outcome } from '#local/gateway/functions.ts';
import { type Generation, type GenerationOptions, startGeneration } from './generation.ts';
import type { Thrown } from './messages.ts';
import { type Places, places } from './places.ts';

/** The part of a declared function that matters on a laptop. */
type SourceFunction = {
  readonly name: string;
  /** Such as `functions/auth/login.handler`: a TypeScript file and what it exports. */
  readonly handler: string;
  readonly timeoutMs: number;
  readonly memoryMegabytes: number;
};

/** The input of a generation: which functions, with which environment variables. */
export type Sources = {
  readonly functions: readonly SourceFunction[];
  readonly environment: Readonly<Record<string, string>>;
};

export type SourceFunctions = Pick<Functions, 'invoke'> & {
  /** Resolves when the first generation can serve: to undefined, or to the error in the sources. */
  readonly loading: Promise<Thrown | undefined>;
  /**
   * Loads all sources again beside the serving ones, and then replaces those. Resolves to undefined, or to the error in
   * the sources; then the old ones go on. A request under way ends in its own code. A second call ends a load under
   * way, because a module that never finishes loading must not block the one that fixes it.
   */
  reload(sources?: Sources): Promise<Thrown | undefined>;
  stop(): Promise<void>;
};

export type SourceFunctionsOptions = {
  readonly sources: Sources;
  /** Functions to load before the first request. The others are loaded at their own first request, or at a reload. */
  readonly loadFirst: readonly string[];
  /** Requests that one function serves at once; further ones wait. */
  readonly limit: number;
  /** A port for a debugger. With one, no function times out. */
  readonly inspectPort: number | undefined;
  /** Called with each piece of output of a function. */
  readonly onLog: (text: string) => void;
  /** Called for an error that a function did not handle, with its name if that is known. */
  readonly onFault: (error: Thrown, functionName?: string) => void;
};

/** Lambda's limit on an event and on an answer, in bytes: 6 MB and a little. */
const payloadLimit = 6_291_556;

/**
 * Runs all functions from their sources in one thread, many requests at once. On Lambda an instance serves one request at a time and shares no
 * memory with other functions; docs/local.md lists what that hides.
 */
export function startSourceFunctions(options: SourceFunctionsOptions): SourceFunctions {
  const { limit, inspectPort, onFault } = options;
  const queues = new Map<string, Places>();
  let { sources } = options;
  let known = index(sources);
  let serving = begin(sources, options.loadFirst);
  let loading: Generation | undefined;
  let isStopped = false;
  if (inspectPort !== undefined) serving.inspect(inspectPort);

  function begin({ functions, environment }: Sources, loadFirst: readonly string[]): Generation {
    const generation = startGeneration({
      runsIn: inspectPort === undefined ? 'thread' : 'process',
      handlers: Object.fromEntries(functions.map(({ name, handler }) => [name, handler])),
      loadFirst,
      environment,
      onLog: options.onLog,
      onStray: onFault,
    } satisfies GenerationOptions);
    void generation.ended.then(() => generation === serving && !isStopped && replaceDead());
    return generation;
  }

  /** A function that calls `process.exit` or never leaves a loop ends the whole thread. Another one replaces it. */
  function replaceDead(): void {
    serving = begin(sources, []);
    if (inspectPort !== undefined) serving.inspect(inspectPort);
  }

  async function replace(next: Sources): Promise<Thrown | undefined> {
    const generation = begin(
      next,
      next.functions.map(({ name }) => name),
    );
    loading?.retire(); // its sources are no longer the newest
    loading = generation;
    const error = await generation.loading;
    if (loading === generation) loading = undefined;
    if (error || isStopped) {
      await generation.stop();
      return error;
    }
    const before = serving;
    [serving, sources, known] = [generation, next, index(next)];
    before.retire();
    // The port is free once the process of before is gone; a debugger stays with a request under way until then.
    if (inspectPort !== undefined) void before.ended.then(() => generation.inspect(inspectPort));
    return undefined;
  }

  async function invoke(nameOrArn: string, event: unknown, limits: { timeoutMs?: number; requestId?: string } = {}): Promise<Outcome> {
    const name = nameOrArn.split(':').at(-1) ?? nameOrArn;
    const payload = JSON.stringify(event);
    if (Buffer.byteLength(payload) > payloadLimit) return { kind: 'event-too-large' };
    const queue = queues.get(name) ?? places(limit);
    queues.set(name, queue);
    await queue.take();
    try {
      const fn = known.get(name);
      if (!fn) throw new Error(`there is no function ${name}`);
      const id = limits.requestId ?? randomUUID();
      const timeoutMs = inspectPort === undefined ? Math.min(fn.timeoutMs, limits.timeoutMs ?? fn.timeoutMs) : Number.POSITIVE_INFINITY;
      return told(name, await serving.run({ id, name, event: payload, context: contextOf(fn, id) }, timeoutMs), timeoutMs);
    } finally {
      queue.give();
    }
  }

  function told(name: string, ending: Awaited<ReturnType<Generation['run']>>, timeoutMs: number): Outcome {
    if (ending.kind === 'returned') return Buffer.byteLength(ending.payload) > payloadLimit ? { kind: 'answer-too-large' } : ending;
    if (ending.kind === 'timed-out') {
      onFault({ name: 'Timeout', message: `took longer than ${timeoutMs / 1000} s, which is all it has on AWS`, stack: '' }, name);
      return ending;
    }
    onFault(ending.error, name);
    const { name: errorType, message: errorMessage, stack: trace } = ending.error;
    return { kind: 'threw', error: { errorType, errorMessage, trace } };
  }

  return {
    loading: serving.loading,
    invoke,
    reload: (next = sources) => replace(next),
    async stop() {
      isStopped = true;
      await Promise.all([serving.stop(), loading?.stop()]);
    },
  };
}

const index = ({ functions }: Sources) => new Map(functions.map((fn) => [fn.name, fn]));

/** The second argument of a handler, without its clock. */
const contextOf = ({ name, memoryMegabytes }: SourceFunction, id: string) => ({
  awsRequestId: id,
  functionName: name,
  functionVersion: '$LATEST',
  invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
  memoryLimitInMB: String(memoryMegabytes),
  logGroupName: `/aws/lambda/${name}`,
  callbackWaitsForEmptyEventLoop: true,
});
