import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#local/emulators/free-port.ts';
import { projectFolder } from '#local/project.ts';
import { watchMemory } from './process-tree.ts';
import { median, type Row } from './row.ts';

type Measured = { readonly seconds: number; readonly megabytes: number };
type Subject = { readonly folder: string; readonly environment: NodeJS.ProcessEnv };

const rounds = 5;
const budget = { seconds: 6, busySeconds: 20, megabytes: 500, ratio: 2 };

/**
 * The time until `npm start` answers, and the peak memory of all its processes, beside `npm start` of a project with
 * serverless-offline and one empty function. They take turns, so that a slow moment of the machine affects both.
 * Packages, tables and keys exist from an earlier start. Once more with two endless loops beside it.
 */
export async function measureStart(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  try {
    const ours: Subject = { folder: projectFolder, environment: { LOCAL_DIR: join(folder, 'data') } };
    const empty = emptyService(join(folder, 'empty'));
    for (const subject of [ours, empty]) await start(subject);
    const quiet = { ours: [] as Measured[], empty: [] as Measured[], again: [] as Measured[] };
    for (let round = 0; round < rounds; round += 1) {
      quiet.empty.push(await start(empty));
      quiet.ours.push(await start(ours));
      quiet.again.push(await start(empty));
    }
    const loops = Array.from({ length: 2 }, () => spawn(process.execPath, ['-e', 'for (;;) ;'], { stdio: 'ignore' }));
    const busy = [];
    try {
      for (let round = 0; round < 3; round += 1) busy.push(await start(ours));
    } finally {
      for (const loop of loops) loop.kill('SIGKILL');
    }
    return rows(quiet, busy);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rows({ ours, empty, again }: Record<'ours' | 'empty' | 'again', Measured[]>, busy: readonly Measured[]): Row[] {
  const seconds = (all: readonly Measured[]) => median(all.map((each) => each.seconds));
  const megabytes = (all: readonly Measured[]) => Math.max(...all.map((each) => each.megabytes));
  const baseline = `${seconds(empty).toFixed(2)} s, ${megabytes(empty).toFixed(0)} MB`;
  const row = (subject: string, figure: string, ratio: number, limit: string, isMet: boolean): Row => ({
    ...{ measure: 'start', subject, figure, baseline, ratio: ratio.toFixed(2), budget: limit, isMet },
  });
  const own = seconds(ours) / seconds(empty);
  const pair = seconds(again) / seconds(empty);
  return [
    row('empty again (A/A)', `${seconds(again).toFixed(2)} s`, pair, '0.95–1.05', pair >= 0.95 && pair <= 1.05),
    row('until it answers', `${seconds(ours).toFixed(2)} s`, own, `≤ ${budget.seconds} s`, seconds(ours) <= budget.seconds),
    row('beside the empty one', `${seconds(ours).toFixed(2)} s`, own, `≤ ${budget.ratio}×`, own <= budget.ratio),
    row(
      'memory, all processes',
      `${megabytes(ours).toFixed(0)} MB`,
      megabytes(ours) / megabytes(empty),
      `≤ ${budget.megabytes} MB`,
      megabytes(ours) <= budget.megabytes,
    ),
    row(
      'with two endless loops',
      `${seconds(busy).toFixed(2)} s`,
      seconds(busy) / seconds(empty),
      `≤ ${budget.busySeconds} s`,
      seconds(busy) <= budget.busySeconds,
    ),
  ];
}

const localCredentialsVariables = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_REGION: 'us-east-1' };

/** The smallest project that serverless-offline serves. */
function emptyService(folder: string): Subject {
  mkdirSync(folder);
  symlinkSync(join(projectFolder, 'node_modules'), join(folder, 'node_modules'));
  const flags = '--stage local --host 127.0.0.1 --noPrependStageInUrl --noSponsor --httpPort $PORT --lambdaPort $LAMBDA_PORT';
  const files = {
    'package.json': JSON.stringify({ name: 'empty', scripts: { start: `serverless offline start ${flags}` } }),
    'health.js': 'exports.handler = async () => ({ statusCode: 200 });',
    'serverless.yml': `service: empty
frameworkVersion: "4"
plugins: [serverless-offline]
provider: { name: aws, runtime: nodejs24.x }
functions: { health: { handler: health.handler, events: [{ httpApi: { method: GET, path: /health/ } }] } }
`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return { folder, environment: { SLS_DEPRECATION_DISABLE: '*', SLS_INTERACTIVE_SETUP_ENABLE: '0', ...localCredentialsVariables } };
}

async function start({ folder, environment }: Subject): Promise<Measured> {
  const port = await freePort();
  const { PATH, HOME } = process.env;
  const began = performance.now();
  const env = { PATH, HOME, PORT: String(port), LAMBDA_PORT: String(await freePort()), ...environment };
  const child = spawn('npm', ['start'], { cwd: folder, env, stdio: 'ignore', detached: true });
  const memory = watchMemory(child.pid ?? 0);
  try {
    await untilAnswering(`http://localhost:${port}/health/`, child);
    const seconds = (performance.now() - began) / 1000;
    return { seconds, megabytes: await memory.stop() };
  } finally {
    await memory.stop();
    process.kill(-(child.pid ?? 0), 'SIGINT');
    if (child.exitCode === null) await once(child, 'exit');
  }
}

async function untilAnswering(url: string, child: ChildProcess): Promise<void> {
  while (
    !(await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error(`npm start ended before ${url} was answered`);
    await sleep(20);
  }
}
