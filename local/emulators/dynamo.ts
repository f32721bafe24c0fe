import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, startChild } from './child.ts';
import { dynamoEngines, dynoxideBinary, howToGetDynamo, oldestJava } from './dynamo-engines.ts';
import { dynamoLocalHome, fetchDynamoLocal } from './dynamo-local.ts';
import { type Emulator, EmulatorError, makeFolder } from './emulator.ts';
import { freePort, whyNotOpen } from './free-port.ts';

export type DynamoEngine = (typeof dynamoEngines)[number];

/**
 * It runs in its own process, so it may end by itself. `ended` then resolves with the reason (`SIGKILL`, `exit code
 * 1`), and `lastWords` is its output.
 */
export type DynamoEmulator = Emulator & { readonly ended: Promise<string>; readonly lastWords: () => string };

type Options = {
  /** Where the tables are kept; without it they live in memory. */
  readonly directory?: string;
  readonly engine?: DynamoEngine;
  readonly port?: number;
};

const resolver = createRequire(import.meta.url);

/**
 * The engines on this machine, the preferred one first: dynoxide if its binary is there, DynamoDB Local if Java and its
 * jar are.
 */
export function availableDynamoEngines(): DynamoEngine[] {
  return dynamoEngines.filter((engine) => isPossible(engine) && (engine === 'dynoxide' || dynamoLocalHome() !== undefined));
}

/**
 * The default engine of `startDynamo`, fetched if need be. This is cheaper than asking for all engines, because Java is
 * slow to answer.
 */
export function preferredDynamoEngine(): DynamoEngine | undefined {
  return dynamoEngines.find(isPossible);
}

/** Starts a DynamoDB on this machine, or throws an EmulatorError with the reason. */
export async function startDynamo({ directory, engine, port }: Options = {}): Promise<DynamoEmulator> {
  const chosen = engine ?? preferredDynamoEngine();
  if (!chosen || !isPossible(chosen)) throw new EmulatorError(howToGetDynamo(process, javaMajor(), engine));
  if (chosen === 'dynamodb-local') await fetchDynamoLocal();
  if (directory) makeFolder(directory, 'DynamoDB');
  for (let attempt = 1; ; attempt += 1) {
    const listensOn = port ?? (await freePort());
    if (await whyNotOpen(listensOn)) throw new EmulatorError(`DynamoDB (${chosen}) did not start: port ${listensOn} is in use`);
    const child = chosen === 'dynoxide' ? startDynoxide(listensOn, directory) : startDynamoLocal(listensOn, directory);
    if (await answers(chosen, `http://127.0.0.1:${listensOn}`, child)) {
      const { process } = child;
      const ended = child.ended.then(() => process.signalCode ?? `exit code ${process.exitCode}`);
      return { endpoint: `http://127.0.0.1:${listensOn}`, ended, lastWords: child.lastWords, stop: () => child.stop() };
    }
    await child.stop();
    const wasTaken = /in use/i.test(child.lastWords());
    if (port !== undefined || !wasTaken || attempt === 3)
      throw new EmulatorError(`DynamoDB (${chosen}) did not start: ${child.lastWords()}`);
  }
}

function isPossible(engine: DynamoEngine): boolean {
  return engine === 'dynoxide' ? binary() !== undefined : hasJava();
}

/** Whether DynamoDB Local can run here. */
export function hasJava(): boolean {
  return javaMajor() >= oldestJava;
}

function startDynoxide(port: number, directory: string | undefined): Child {
  const storage = directory ? ['--db-path', join(directory, 'dynoxide.db')] : [];
  return startChild(binary() ?? '', ['serve', '--host', '127.0.0.1', '--port', String(port), ...storage]);
}

/**
 * DynamoDB Local always listens on every interface; at least no web page is let in (its default allows every origin).
 */
function startDynamoLocal(port: number, directory: string | undefined): Child {
  const endpoint = `http://127.0.0.1:${port}`;
  const home = dynamoLocalHome() ?? '';
  const storage = directory ? ['-dbPath', directory] : ['-inMemory'];
  const flags = [
    '-Djava.library.path=./DynamoDBLocal_lib',
    '-Xmx512m',
    '-jar',
    'DynamoDBLocal.jar',
    '-disableTelemetry',
    '-sharedDb',
    '-cors',
    endpoint,
  ];
  return startChild('java', [...flags, '-port', String(port), ...storage], { cwd: home });
}

/**
 * Waits, without a limit, until this engine answers there and not another process that took the port. False if its
 * process ended before.
 */
async function answers(engine: DynamoEngine, endpoint: string, child: Child): Promise<boolean> {
  while (!child.hasEnded()) {
    const answer = await fetch(endpoint, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer && isFrom(engine, answer) && !child.hasEnded()) return true;
    await sleep(20);
  }
  return false;
}

function isFrom(engine: DynamoEngine, { headers }: Response): boolean {
  return headers.has('x-amzn-requestid') && headers.has('x-dynoxide-version') === (engine === 'dynoxide');
}

const binary = () => dynoxideBinary(process, manifestOf);

function manifestOf(name: string): string | undefined {
  try {
    return resolver.resolve(`${name}/package.json`);
  } catch {
    return undefined;
  }
}

let javaVersion: number | undefined;

/** The major version of `java`, 0 for none. It is asked once, because a JVM takes long to answer. */
function javaMajor(): number {
  if (javaVersion === undefined) {
    const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8', timeout: 20_000 });
    javaVersion = Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0);
  }
  return javaVersion;
}
