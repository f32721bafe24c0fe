// Runs in a worker thread of `npm start`, or in its own process for a debugger: the handlers, imported from their
// sources. Node strips the types, so lines and columns of a stack trace are those of the file.
import inspector from 'node:inspector';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { breachedPasswordsFile } from '#lib/passwords/breaches.file.ts';
import { readSetting } from '#lib/settings/parse.ts';
import { captureOutput } from '#local/capture-output.ts';
import { projectFolder } from '#local/project.ts';
import { refuseUnsoundFilter } from '../../plugins/breached-filter.ts';
import { refuseUnsoundProject } from '../../plugins/project-files.ts';
import type { FromWorker, Thrown, ToWorker, WorkerStart } from './messages.ts';

type Handler = (event: unknown, context: unknown) => unknown;

const { handlers, loadFirst }: WorkerStart = workerData ?? JSON.parse(process.argv[2] ?? '');
const loaded = new Map<string, Promise<Handler>>();
const say = (message: FromWorker) => (parentPort ? parentPort.postMessage(message) : process.send?.(message));

/** Output goes through the same channel as answers, so that a log line arrives before the answer that follows it. */
captureOutput((text) => say({ kind: 'log', text }));

function described(thrown: unknown): Thrown {
  try {
    if (!(thrown instanceof Error)) return { name: typeof thrown, message: String(thrown), stack: '' };
    return { name: String(thrown.name), message: String(thrown.message), stack: String(thrown.stack ?? '') };
  } catch {
    return { name: 'Error', message: 'an error that cannot be described', stack: '' };
  }
}
process.on('uncaughtException', (error) => say({ kind: 'stray', error: described(error) }));
process.on('unhandledRejection', (error) => say({ kind: 'stray', error: described(error) }));

function handlerOf(name: string): Promise<Handler> {
  const loading = loaded.get(name) ?? load(handlers[name] ?? '');
  loaded.set(name, loading);
  return loading;
}

async function load(handler: string): Promise<Handler> {
  const [, path = '', exported = ''] = /^(.*)\.(\w+)$/.exec(handler) ?? [];
  const module: Record<string, unknown> = await import(pathToFileURL(join(projectFolder, `${path}.ts`)).href);
  const found = module[exported];
  if (typeof found !== 'function') throw new Error(`${path}.ts exports no function "${exported}"`);
  return found as Handler;
}

async function run({ id, name, event, context, deadline }: Extract<ToWorker, { kind: 'run' }>): Promise<void> {
  try {
    const handle = await handlerOf(name);
    const getRemainingTimeInMillis = () => Math.max(0, deadline - Date.now());
    const result = await handle(JSON.parse(event), { ...context, getRemainingTimeInMillis });
    say({ kind: 'returned', id, payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    say({ kind: 'threw', id, error: described(error) });
  }
}

function hear(message: ToWorker): void {
  if (message.kind === 'run') void run(message);
  else if (message.kind === 'inspect')
    inspector.open(message.port); // Node says on the terminal where it listens
  else say({ kind: 'pong' });
}

if (parentPort) parentPort.on('message', hear);
else {
  process.on('message', hear);
  process.on('disconnect', () => process.exit(0)); // the process that started this one is gone
  process.on('SIGINT', () => {}); // Ctrl-C reaches all processes of a terminal; the one that started this ends it in its turn
}
try {
  await refuseUnsoundProject();
  await refuseUnsoundFilter(readSetting('BREACHED_PASSWORDS'), breachedPasswordsFile);
  for (const name of loadFirst) await handlerOf(name);
  say({ kind: 'ready' });
} catch (error) {
  say({ kind: 'unusable', error: described(error) });
}
