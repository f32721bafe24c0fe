import { firstSteps } from '#lib/laptop/first-steps.ts';
import { readDotEnv } from '#local/dot-env.ts';
import { freePort } from '#local/emulators/free-port.ts';
import { projectFolder } from '#local/project.ts';
import { Refusal, runCommand } from '#local/refusal.ts';
import { createLocalKeys, type Emulators, startEmulators } from '#local/start/emulators.ts';
import { tellEndpoints } from '#local/start/endpoints.ts';
import { localEnvironment } from '#local/start/environment.ts';
import { guardLambdaApi } from '#local/start/guard-lambda-api.ts';
import { openLocalFolder } from '#local/start/local-folder.ts';
import { openLog } from '#local/start/log-file.ts';
import { readStartOptions, type StartOptions, usage } from '#local/start/options.ts';
import { refuseBusyInspector, refuseBusyPort } from '#local/start/port.ts';
import { beginRun } from '#local/start/run.ts';
import { offline } from '#local/start/serverless.ts';
import { readLocalSettings } from '#local/start/settings.ts';
import { showSteps } from '#local/start/steps.ts';

type Part = { stop(): Promise<void> };

/** The parts to stop, the last started first. */
const running: Part[] = [];
const steps = showSteps();
const ended = Promise.withResolvers<void>();
let isEnding = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void leave(0));
await runCommand(async () => {
  readDotEnv(projectFolder);
  const options = readStartOptions(process.argv.slice(2), process.env);
  if (options.wantsHelp) return console.log(usage);
  try {
    await start(options);
  } catch (error) {
    if (isEnding) return await ended.promise;
    isEnding = true;
    steps.end();
    await stopAll();
    throw error;
  }
});
// Serverless has listeners and timers of its own, which would keep the process alive.
process.exit();

async function start(options: StartOptions): Promise<void> {
  const { port, folderName, isVerbose } = options;
  await refuseBusyPort(port, 'npm start');
  if (options.inspectPort !== undefined) await refuseBusyInspector(options.inspectPort);
  const url = `http://localhost:${port}`;
  const given = { PUBLIC_URL: url, ...process.env };
  const settings = readLocalSettings(given);
  const folder = openLocalFolder(options);
  const log = openLog(folder.log, 'npm start');
  steps.tell(`Gatehouse on this machine; its data is in ${folderName}${options.isFresh ? ', which is empty now' : ''}.`);

  steps.doing('Starting DynamoDB, S3 and Parameter Store');
  const emulators = await startEmulators(folder, (emulator) => running.push(emulator));
  const failure = refuseWithout(emulators, folderName);
  const lambdaPort = await freePort();
  guardLambdaApi(lambdaPort);
  const lambda = `http://127.0.0.1:${lambdaPort}`;
  tellEndpoints(folder.endpoints, { ...emulators, lambda });
  const keys = await createLocalKeys(emulators, settings);
  steps.tell(keys === 'created' ? `New keys, for ${settings.ALGORITHM}.` : 'The keys of the last start.');

  const ready = Promise.withResolvers<void>();
  beginRun({
    ...{ port, url, folder, emulators, given, inspectPort: options.inspectPort },
    log: (text) => {
      log.write(text);
      if (isVerbose) steps.tell(text.trimEnd());
    },
    tell: steps.tell,
    doing: steps.doing,
    started: (part) => running.push(part),
    ready: ready.resolve,
    fail: ready.reject,
    ended: ended.promise,
  });
  steps.doing('Reading serverless.yml');
  const broken = offline(localEnvironment(process.env, emulators, { publicUrl: url, lambda }), lambdaPort, isVerbose);
  await Promise.race([ready.promise, broken, failure]);
  steps.end();
  console.log(welcome(`${url}${settings.API_PREFIX}`, folderName));
  await Promise.race([failure, broken]);
}

/** Rejects when DynamoDB has ended: it is a separate process, and without it every answer is 503. */
function refuseWithout({ dynamodb }: Emulators, folderName: string): Promise<never> {
  const failure = dynamodb.ended.then((how) => {
    const words = dynamodb.lastWords();
    throw new Refusal(
      `DynamoDB ended unexpectedly (${how}); everything else was stopped. ${words ? `Its last lines:\n\n${words}\n\n` : ''}` +
        `The data stays, and the log of the functions is ${folderName}/log. Start again with: npm start`,
    );
  });
  failure.catch(() => {});
  return failure;
}

function welcome(url: string, folderName: string): string {
  return `
${url}  is there after ${(performance.now() / 1000).toFixed(1)} s

The page of this address shows it all in a browser. Or register, log in, read yourself; paste these one after the other:

${firstSteps(url).join('\n\n')}

Codes and messages, which go nowhere from here: ${url}/dev/outbox/
The whole story, with a photograph: npm run tour${url === 'http://localhost:3000' ? '' : ` -- --url ${url}`}
The log of the functions: ${folderName}/log
What you save in functions/, lib/, project/, stages.yml or openapi.json counts at once.
Ctrl-C ends everything; the data stays.`;
}

async function stopAll(): Promise<void> {
  const stopping = running.splice(0).reverse();
  for (const { stop } of stopping) await stop();
}

/** Ends everything in order, and then this process. A second call does nothing more. */
async function leave(code: number): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  steps.end();
  // Ctrl-C ends it even if something hangs.
  setTimeout(() => process.exit(1), 5000).unref();
  await stopAll();
  ended.resolve();
  process.exit(code);
}
