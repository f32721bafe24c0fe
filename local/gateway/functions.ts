import { randomUUID } from 'node:crypto';
import { type Ending, type Instance, startInstance } from './instance.ts';
import { type InstancePool, instancePool } from './instance-pool.ts';
import { contextOf, environmentOf, functionsOf, type LambdaFunction } from './lambda-function.ts';
import { type LogLine, toLines } from './log-lines.ts';
import type { Template } from './template.ts';
import { unpacked } from './unpacked.ts';

/** What came of an invocation; `too-large` is Lambda refusing the event (413) or the answer (a function error). */
export type Outcome = Ending | { readonly kind: 'event-too-large' } | { readonly kind: 'answer-too-large' };

export type Functions = {
  readonly all: readonly LambdaFunction[];
  /** Finds a function by its name in serverless.yml, its name on AWS or its ARN; throws where there is none. */
  find(name: string): LambdaFunction;
  /** Runs a function in an idle instance, a new one, or the next to become idle. */
  invoke(name: string, event: unknown, limits?: { readonly timeoutMs?: number; readonly requestId?: string }): Promise<Outcome>;
  logs(name: string): readonly LogLine[];
  /** How often it was run. */
  invocations(name: string): number;
  /** The function and the instance behind an access key id. */
  callerOf(accessKeyId: string): { readonly fn: LambdaFunction; readonly instance: Instance } | undefined;
  /** Gives the next requests instances that were started with these settings on top. Instances with other settings wait for their turn. */
  use(settings: Given): void;
  /** Ends all instances, and gives the next ones these settings on top; requests under way end as a crash. */
  restart(settings: Given): void;
  /** Forgets logs and counts, and returns to the settings it was started with; of each function one instance with them stays warm. */
  forget(): void;
  stop(): void;
};

/** Settings over those it was started with. */
type Given = Readonly<Record<string, string>>;

export type FunctionsOptions = {
  readonly template: Template;
  /** Where the zips are, named as the template's `Code.S3Key` ends. */
  readonly directory: string;
  /** Environment variables of this gateway: endpoints, and the settings of a test. They win over the template's. */
  readonly environment: Readonly<Record<string, string>>;
  /** The most instances a function has at a time; further requests wait. */
  readonly instances?: number;
  /** The most instances of all functions together; the one that has been idle longest makes room. Absent: any number. Each takes some 30 MB. */
  readonly inAll?: number;
  /** Hears what a function writes when it writes it. */
  readonly onLog?: (text: string) => void;
  /** What time it is inside the functions, in milliseconds since 1970; it stands still while one runs. Absent: the time there is. */
  readonly clock?: () => number;
};

/** Lambda's limit on an event and on an answer, in bytes: 6 MB and a little. */
const payloadLimit = 6_291_556;

/** Runs the packaged zips of a template as Lambda does: isolated instances, one request at a time in each. */
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
  /** Those that have been idle longest come first. */
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
      give(instance); // it made room for another in the meantime
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
