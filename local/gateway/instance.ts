import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';

type Thrown = { readonly errorType: string; readonly errorMessage: string; readonly trace: string };
export type ToInstance = {
  readonly id: string;
  /** The event as JSON, because it is sent as JSON on Lambda too. */
  readonly event: string;
  readonly context: Readonly<Record<string, unknown>>;
  /** In milliseconds since 1970. */
  readonly deadline: number;
  /** The time from now on, in milliseconds since 1970; absent: the real time. */
  readonly now?: number;
};
export type FromInstance =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly error: Thrown }
  | { readonly kind: 'log'; readonly text: string }
  | { readonly kind: 'returned'; readonly id: string; readonly payload: string }
  | { readonly kind: 'threw'; readonly id: string; readonly error: Thrown }
  | { readonly kind: 'died'; readonly error: Thrown };

/** The end of a run: a JSON text, or what Lambda calls a function error. */
export type Ending =
  | { readonly kind: 'returned'; readonly payload: string }
  | { readonly kind: 'threw'; readonly error: Thrown }
  | { readonly kind: 'timed-out' };

export type Instance = {
  /** Also its access key id, so that a signed request shows its sender. */
  readonly key: string;
  /** The request that it serves, or `init` before the first. */
  readonly invocation: string;
  readonly isAlive: boolean;
  run(request: Omit<ToInstance, 'deadline'>, timeoutMs: number): Promise<Ending>;
  kill(): void;
};

export type InstanceOptions = {
  readonly key: string;
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMegabytes: number;
  /** Native code runs in its own process, because stopping it must not end the tests. */
  readonly isNative: boolean;
  readonly log: (text: string, invocation: string) => void;
  /** Whether requests set the time. */
  readonly hasStoppedClock?: boolean;
};

const argumentsOf = ({ hasStoppedClock }: InstanceOptions) => (hasStoppedClock ? ['--stopped-clock'] : []);

type Channel = { send(message: ToInstance): void; end(): void };

/** Lambda allows 10 s and a whole core for the first load of a function; here all instances share a few cores. */
const initTimeoutMs = 60_000;
const program = new URL('./runtime.ts', import.meta.url);
let plainProgram: URL | undefined;

/** The same as one file without types. Otherwise Node would strip them in each thread, a quarter of its start time. */
function withoutTypes(): URL {
  const options = { bundle: true, write: false, platform: 'node', format: 'esm' } as const;
  const [{ text = '' } = {}] = buildSync({ entryPoints: [fileURLToPath(program)], ...options }).outputFiles;
  return new URL(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`);
}

const crashed: Thrown = { errorType: 'Runtime.ExitError', errorMessage: 'Error: Runtime exited without providing a reason', trace: '' };

/** Starts one instance of a function. It serves one request at a time until it ends. */
export function startInstance(options: InstanceOptions): Instance {
  let isAlive = true;
  let invocation = 'init';
  let settle: ((ending: Ending) => void) | undefined;
  const init = Promise.withResolvers<Thrown | undefined>();

  function end(error: Thrown): void {
    if (!isAlive) return;
    isAlive = false;
    init.resolve(error);
    settle?.({ kind: 'threw', error });
    channel.end();
  }

  function hear(message: FromInstance): void {
    if (message.kind === 'log') options.log(message.text, invocation);
    else if (message.kind === 'ready') init.resolve(undefined);
    else if (message.kind === 'unusable' || message.kind === 'died') {
      options.log(`${message.error.trace || message.error.errorMessage}\n`, invocation);
      end(message.error);
    } else if (message.id === invocation) settle?.(message);
  }

  const channel = options.isNative ? startProcess(options, hear, () => end(crashed)) : startThread(options, hear, () => end(crashed));

  async function run(request: Omit<ToInstance, 'deadline'>, timeoutMs: number): Promise<Ending> {
    const failure = await within(initTimeoutMs, init.promise);
    if (failure === timeout) return timedOut();
    if (failure) return { kind: 'threw', error: failure };
    invocation = request.id;
    const ending = new Promise<Ending>((resolve) => {
      settle = resolve;
    });
    channel.send({ ...request, deadline: Date.now() + timeoutMs });
    const first = await within(timeoutMs, ending);
    settle = undefined;
    return first === timeout ? timedOut() : first;
  }

  function timedOut(): Ending {
    end(crashed);
    return { kind: 'timed-out' };
  }

  return {
    key: options.key,
    get invocation() {
      return invocation;
    },
    get isAlive() {
      return isAlive;
    },
    run,
    kill: () => end(crashed),
  };
}

const timeout = Symbol('timeout');

async function within<T>(ms: number, promise: Promise<T>): Promise<T | typeof timeout> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<typeof timeout>((resolve) => {
    timer = setTimeout(resolve, ms, timeout);
  });
  try {
    return await Promise.race([promise, over]);
  } finally {
    clearTimeout(timer);
  }
}

function startThread(options: InstanceOptions, hear: (message: FromInstance) => void, gone: () => void): Channel {
  plainProgram ??= withoutTypes();
  const worker = new Worker(plainProgram, {
    env: options.environment,
    argv: argumentsOf(options),
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: options.memoryMegabytes, maxYoungGenerationSizeMb: 8 }, // V8 takes up to 48 MB by itself
  });
  worker.unref();
  worker.on('message', hear);
  worker.on('error', gone);
  worker.on('exit', gone);
  return { send: (message) => worker.postMessage(message), end: () => void worker.terminate() };
}

function startProcess(options: InstanceOptions, hear: (message: FromInstance) => void, gone: () => void): Channel {
  const child = fork(fileURLToPath(program), argumentsOf(options), {
    cwd: options.root,
    env: options.environment,
    execArgv: [`--max-old-space-size=${options.memoryMegabytes}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.unref();
  child.channel?.unref();
  child.on('message', hear);
  child.on('error', gone);
  child.on('exit', gone);
  return { send: (message) => child.send(message, () => {}), end: () => void child.kill('SIGKILL') };
}
