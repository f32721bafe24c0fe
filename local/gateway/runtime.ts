// Runs inside an instance: the part of Lambda that loads the handler and calls it. All output goes through one channel,
// so a log line always arrives before the answer that follows it.
import { existsSync } from 'node:fs';
import { createRequire, enableCompileCache } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { captureOutput } from '#local/capture-output.ts';
import type { FromInstance, ToInstance } from './instance.ts';

/** The start data of an instance whose requests set the time. */
const stoppedClock = '--stopped-clock';

type Handler = (event: unknown, context: unknown) => unknown;

const say = (message: FromInstance) => (parentPort ? parentPort.postMessage(message) : process.send?.(message));

captureOutput((text) => say({ kind: 'log', text }));

const RealDate = Date;
let stoppedAt = Date.now();
/** A clock that each request sets and that stands still while it is served. Timers go on. */
class StoppedDate extends RealDate {
  constructor(...given: [] | ConstructorParameters<typeof Date>) {
    super(...((given.length === 0 ? [stoppedAt] : given) as [number]));
  }
  static override now(): number {
    return stoppedAt;
  }
}

if (process.argv.includes(stoppedClock)) globalThis.Date = StoppedDate as DateConstructor;

function described(thrown: unknown): { readonly errorType: string; readonly errorMessage: string; readonly trace: string } {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: '' };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: thrown.stack ?? '' };
}

/** On Lambda both of these end the instance, regardless of the current request. */
function die(thrown: unknown): void {
  say({ kind: 'died', error: described(thrown) });
  setImmediate(() => process.exit(1));
}
process.on('uncaughtException', die);
process.on('unhandledRejection', die);
// The parent process is gone.
process.on('disconnect', () => process.exit(0));

/** What was compiled for one instance is there for the next: see unpacked.ts for the folder. */
async function load(root: string, named: string): Promise<Handler> {
  enableCompileCache(join(dirname(root), 'compiled'));
  const [, path = '', name = ''] = /^(.*)\.([^./]+)$/.exec(named) ?? [];
  const file = ['.js', '.mjs', '.cjs'].map((extension) => join(root, path + extension)).find((candidate) => existsSync(candidate));
  if (!file) throw new Error(`Cannot find module '${path}'`);
  const isCommonJs = !file.endsWith('.mjs') && (file.endsWith('.cjs') || !isModulePackage(root));
  const loaded = isCommonJs ? createRequire(file)(file) : await import(pathToFileURL(file).href);
  const handler = loaded[name];
  if (typeof handler !== 'function') throw new Error(`${named} is undefined or not exported`);
  return handler;
}

function isModulePackage(root: string): boolean {
  const file = join(root, 'package.json');
  return existsSync(file) && createRequire(file)(file).type === 'module';
}

const handler = load(process.env['LAMBDA_TASK_ROOT'] ?? '', process.env['_HANDLER'] ?? '');
handler.then(
  () => say({ kind: 'ready' }),
  (error) => say({ kind: 'unusable', error: described(error) }),
);

async function run({ id, event, context, deadline, now }: ToInstance): Promise<void> {
  stoppedAt = now ?? RealDate.now();
  try {
    const handle = await handler;
    const result = await handle(JSON.parse(event), { ...context, getRemainingTimeInMillis: () => Math.max(0, deadline - RealDate.now()) });
    say({ kind: 'returned', id, payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    say({ kind: 'threw', id, error: described(error) });
  }
}

if (parentPort) parentPort.on('message', (message: ToInstance) => void run(message));
else process.on('message', (message: ToInstance) => void run(message));
