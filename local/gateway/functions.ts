import { randomUUID } from 'node:crypto';
import { type Ending, type Instance, startInstance } from './instance.ts';
import { type InstancePool, instancePool } from './instance-pool.ts';
import { contextOf, environmentOf, functionsOf, type LambdaFunction } from './lambda-function.ts';
import { type LogLine, toLines } from './log-lines.ts';
import type { Template } from './template.ts';
import { unpacked } from './unpacked.ts';

/** The result of an invocation. `too-large`: Lambda refused the event (413) or the answer (a function error). */
export type Outcome = Ending | { readonly kind: 'event-too-large' } | { readonly kind: 'answer-too-large' };

export type Functions = {
  readonly all: readonly LambdaFunction[];
  /** Finds a function by its name in serverless.yml, its name on AWS or its ARN; throws if there is none. */
  find(name: string): LambdaFunction;
  /** Runs a function in an idle instance, in a new one, or in the next one that becomes idle. */
  invoke(name: string, event: unknown, limits?: { readonly timeoutMs?: number; readonly requestId?: string }): Promise<Outcome>;
  logs(name: string): readonly LogLine[];
  /** The number of runs of a function. */
  invocations(name: string): number;
  /** The function and the instance behind an access key id. */
  callerOf(accessKeyId: string): { readonly fn: LambdaFunction; readonly instance: Instance } | undefined;
  /** Adds these settings for the next requests. They get instances with these settings; other instances are kept. */
  use(settings: Given): void;
  /** Ends all instances, and adds these settings for the next ones. A request under way ends as a crash. */
  restart(settings: Given): void;
  /** Forgets logs and counts, and returns to the first settings. One instance of each function stays warm. */
  forget(): void;
  stop(): void;
};

/** Settings on top of the first ones. */
type Given = Readonly<Record<string, string>>;

export type FunctionsOptions = {
  readonly template: Template;
  /** The folder of the zips, named like the end of the template's `Code.S3Key`. */
  readonly directory: string;
  /** Environment variables of this gateway: endpoints, and the settings of a test. They override the template's. */
  readonly environment: Readonly<Record<string, string>>;
  /** The maximum number of instances of a function; further requests wait. */
  readonly instances?: number;
  /** The maximum number of instances in all, each some 30 MB. The longest idle one makes room. Absent: no maximum. */
  readonly inAll?: number;
  /** Called with the output of a function as it is written. */
  readonly onLog?: (text: string) => void;
  /** The time inside the functions, in milliseconds since 1970; it stands still during a run. Absent: the real time. */
  readonly clock?: () => number;
};

/** Lambda's limit on an event and on an answer, in bytes: 6 MB and a little. */
const payloadLimit = 6_291_556;

/** Runs the packaged zips of a template as Lambda does: in isolated instances, one request at a time in each. */
export function startFunctions({
  template,
  directory,
  environment,
  instances: limit = 4,
  inAll = Number.POSITIVE_INFINITY,
  onLog,
  clock,
}: FunctionsOptions): Functions {
  const all = functionsOf(template, directory);
  /** The longest idle ones come first. */
  const running = new Map<string, { readonly fn: LambdaFunction; readonly instance: Instance; readonly settings: string }>();
  const busy = new Set<Instance>();
  const lines = new Map<string, LogLine[]>();
  const runs = new Map<string, number>();
  /** By settings, and by the name of the function. */
  const pools = new Map<string, ReadonlyMap<string, InstancePool>>();
  let settings: Given = {};
  let started = 0;

  function poolOf(fn: LambdaFunction): InstancePool {
    const [given, key] = [settings, JSON.stringify(settings)];
    const made = pools.get(key) ?? new Map(all.map((each) => [each.name, instancePool(limitOf(each), () => start(each, given))]));
    pools.set(key, made);
    return made.get(fn.name) as InstancePool;
  }

  function linesOf(name: string): LogLine[] {
    const kept = lines.get(name) ?? [];
    lines.set(name, kept);
    return kept;
  }

  const limitOf = ({ reservedConcurrency }: LambdaFunction) => Math.min(limit, reservedConcurrency ?? limit);

  function find(name: string): LambdaFunction {
    const found = all.find((fn) => [fn.name, fn.functionName, fn.arn].includes(name));
    if (!found) throw new Error(`there is no function ${name}; there are ${all.map((fn) => fn.name).join(', ')}`);
    return found;
  }

  async function start(fn: LambdaFunction, given: Given): Promise<Instance> {
    const { root, isNative } = await unpacked(fn.zip);
    started += 1;
    const key = `AKIA.${fn.name}.${started}`;
    const instance = startInstance({
      key,
      root,
      isNative,
      memoryMegabytes: fn.memoryMegabytes,
      hasStoppedClock: clock !== undefined,
      environment: environmentOf(fn, template, { root, key, own: { ...environment, ...given } }),
      log: (text, invocation) => {
        linesOf(fn.name).push(...toLines(text, invocation));
        onLog?.(text);
      },
    });
    running.set(key, { fn, instance, settings: JSON.stringify(given) });
    const idle = [...running.values()].filter((each) => each.instance !== instance && !busy.has(each.instance));
    for (const { instance: one } of idle.slice(0, Math.max(0, running.size - inAll))) end(one);
    return instance;
  }

  function end(instance: Instance): void {
    instance.kill();
    running.delete(instance.key);
  }

  async function invoke(name: string, event: unknown, limits: { timeoutMs?: number; requestId?: string } = {}): Promise<Outcome> {
    const fn = find(name);
    const id = limits.requestId ?? randomUUID();
    const payload = JSON.stringify(event);
    if (Buffer.byteLength(payload) > payloadLimit) return { kind: 'event-too-large' };
    const { take, give } = poolOf(fn);
    let instance = await take();
    while (!instance.isAlive) {
      give(instance); // it was ended to make room for another one
      instance = await take();
    }
    busy.add(instance);
    runs.set(fn.name, (runs.get(fn.name) ?? 0) + 1);
    try {
      const timeoutMs = Math.min(fn.timeoutMs, limits.timeoutMs ?? fn.timeoutMs);
      const ending = await instance.run({ id, event: payload, context: contextOf(fn, id), ...(clock && { now: clock() }) }, timeoutMs);
      const isTooLarge = ending.kind === 'returned' && Buffer.byteLength(ending.payload) > payloadLimit;
      return isTooLarge ? { kind: 'answer-too-large' } : ending;
    } finally {
      busy.delete(instance);
      const last = running.get(instance.key);
      running.delete(instance.key);
      if (last && instance.isAlive) running.set(instance.key, last);
      give(instance);
    }
  }

  function stop(): void {
    for (const { instance } of running.values()) instance.kill();
    running.clear();
    pools.clear();
  }

  function forget(): void {
    settings = {};
    const warm = new Set<string>();
    for (const { fn, instance, settings: given } of [...running.values()].reverse()) {
      const stays = given === '{}' && instance.isAlive && !warm.has(fn.name);
      if (stays) warm.add(fn.name);
      else end(instance);
    }
    for (const key of pools.keys()) if (key !== '{}') pools.delete(key);
    lines.clear();
    runs.clear();
  }

  return {
    all,
    find,
    invoke,
    invocations: (name) => runs.get(find(name).name) ?? 0,
    logs: (name) => linesOf(find(name).name),
    callerOf: (key) => running.get(key),
    use: (given) => {
      settings = given;
    },
    restart: (given) => {
      settings = given;
      stop();
    },
    forget,
    stop,
  };
}
