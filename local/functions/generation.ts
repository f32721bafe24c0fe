import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { FromWorker, Thrown, ToWorker, WorkerStart } from './messages.ts';

/** The result of a run. */
type RunEnding =
  | { readonly kind: 'returned'; readonly payload: string }
  | { readonly kind: 'threw'; readonly error: Thrown }
  | { readonly kind: 'timed-out' };

type Run = Omit<Extract<ToWorker, { kind: 'run' }>, 'kind' | 'deadline'>;

/**
 * All functions, loaded from their sources at one moment. They run in a thread, or in a process if a debugger may
 * attach, because a thread with an attached debugger cannot be ended.
 */
export type Generation = {
  /** Resolves when it can serve: to undefined, or to the error in the sources. */
  readonly loading: Promise<Thrown | undefined>;
  /** Resolves when its thread or process has ended for any reason. */
  readonly ended: Promise<void>;
  /** Runs a function. `timeoutMs` may be `Infinity`. */
  run(run: Run, timeoutMs: number): Promise<RunEnding>;
  /** Opens the inspector on this port. */
  inspect(port: number): void;
  /** Ends it once nothing runs in it any more. */
  retire(): void;
  /** Ends it at once. */
  stop(): Promise<void>;
};

export type GenerationOptions = WorkerStart & {
  readonly runsIn: 'thread' | 'process';
  readonly environment: Readonly<Record<string, string>>;
  readonly onLog: (text: string) => void;
  readonly onStray: (error: Thrown) => void;
};

/** The remaining time that a handler sees if nothing times out, in milliseconds. */
const longest = 3_600_000;

/** V8 would use up to 48 MB for short-lived objects on a large machine. */
const maxYoungGenerationSizeMb = 8;
/** More than any function has on AWS here; a leak ends the thread, and not the machine. */
const maxOldGenerationSizeMb = 1024;

const program = new URL('./worker.ts', import.meta.url);
const crashed: Thrown = { name: 'Error', message: 'the functions ended while this one ran', stack: '' };
/** After a time-out, a thread that does not answer a ping within this time is stuck in a loop, and is ended. */
const pingMs = 5000;

export function startGeneration({ runsIn, environment, onLog, onStray, handlers, loadFirst }: GenerationOptions): Generation {
  const loading = Promise.withResolvers<Thrown | undefined>();
  const ended = Promise.withResolvers<void>();
  const running = new Map<string, (ending: RunEnding) => void>();
  let isAlive = true;
  let isRetiring = false;
  let death: Thrown = crashed;
  let ping: NodeJS.Timeout | undefined;
  const start: WorkerStart = { handlers, loadFirst };
  const { send, end } = (runsIn === 'thread' ? startThread : startProcess)(start, environment, { hear, broken, gone });

  function hear(message: FromWorker): void {
    if (message.kind === 'pong') {
      clearTimeout(ping);
      ping = undefined;
    } else if (message.kind === 'log') onLog(message.text);
    else if (message.kind === 'ready') loading.resolve(undefined);
    else if (message.kind === 'unusable') loading.resolve(message.error);
    else if (message.kind === 'stray') onStray(message.error);
    else settle(message.id, message);
  }

  function settle(id: string, ending: RunEnding): void {
    running.get(id)?.(ending);
    running.delete(id);
    if (isRetiring && running.size === 0) end();
  }

  function broken(error: Error): void {
    death = { name: error.name, message: error.message, stack: error.stack ?? '' };
    loading.resolve(death);
  }

  function gone(): void {
    isAlive = false;
    clearTimeout(ping);
    loading.resolve(
      running.size > 0 ? death : { ...death, message: death === crashed ? 'the functions ended while they were loaded' : death.message },
    );
    for (const id of [...running.keys()]) settle(id, { kind: 'threw', error: death });
    ended.resolve();
  }

  /** The run goes on, and its result is ignored. Lambda would end the instance, but here other functions share it. */
  function giveUp(id: string): void {
    settle(id, { kind: 'timed-out' });
    send({ kind: 'ping' });
    ping ??= setTimeout(end, pingMs);
  }

  async function run(given: Run, timeoutMs: number): Promise<RunEnding> {
    if (!isAlive) return { kind: 'threw', error: crashed };
    const ending = Promise.withResolvers<RunEnding>();
    running.set(given.id, ending.resolve);
    send({ kind: 'run', ...given, deadline: Date.now() + (Number.isFinite(timeoutMs) ? timeoutMs : longest) });
    const timer = Number.isFinite(timeoutMs) ? setTimeout(giveUp, timeoutMs, given.id) : undefined;
    return await ending.promise.finally(() => clearTimeout(timer));
  }

  return {
    loading: loading.promise,
    ended: ended.promise,
    run,
    inspect: (port) => send({ kind: 'inspect', port }),
    retire() {
      isRetiring = true;
      if (running.size === 0) end();
    },
    async stop() {
      end();
      await ended.promise;
    },
  };
}

type Channel = { send(message: ToWorker): void; end(): void };
type Listener = { hear(message: FromWorker): void; broken(error: Error): void; gone(): void };

function startThread(start: WorkerStart, env: Readonly<Record<string, string>>, { hear, broken, gone }: Listener): Channel {
  const worker = new Worker(program, {
    env,
    workerData: start,
    stdout: true,
    stderr: true,
    resourceLimits: { maxYoungGenerationSizeMb, maxOldGenerationSizeMb },
  });
  worker.on('message', hear);
  worker.on('error', broken);
  worker.on('exit', gone);
  return { send: (message) => worker.postMessage(message), end: () => void worker.terminate() };
}

function startProcess(start: WorkerStart, env: Readonly<Record<string, string>>, { hear, broken, gone }: Listener): Channel {
  const child = fork(fileURLToPath(program), [JSON.stringify(start)], { env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  child.on('message', hear);
  child.on('error', broken);
  child.on('exit', gone);
  return { send: (message) => void child.send(message, () => {}), end: () => void child.kill('SIGKILL') };
}
