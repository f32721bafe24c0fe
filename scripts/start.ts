import type { Emulator } from '#local/emulators/emulator.ts';
import { freePort } from '#local/emulators/free-port.ts';
import { Refusal, runCommand } from '#local/refusal.ts';
import { createLocalKeys, type Emulators, startEmulators } from '#local/start/emulators.ts';
import { tellEndpoints } from '#local/start/endpoints.ts';
import { localEnvironment } from '#local/start/environment.ts';
import { firstSteps } from '#local/start/first-steps.ts';
import { startFunctions, untilAnswering } from '#local/start/functions.ts';
import { openLocalFolder } from '#local/start/local-folder.ts';
import { openLog } from '#local/start/log-file.ts';
import { readStartOptions, type StartOptions, usage } from '#local/start/options.ts';
import { refuseBusyPort } from '#local/start/port.ts';
import { readLocalSettings } from '#local/start/settings.ts';
import { whileWaiting } from '#local/start/waiting.ts';

/** What is to be stopped, the last started first. */
const running: Pick<Emulator, 'stop'>[] = [];
let isEnding = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void leave(0));
await runCommand(async () => {
  const options = readStartOptions(process.argv.slice(2), process.env);
  if (options.wantsHelp) return console.log(usage);
  try {
    await start(options);
  } catch (error) {
    if (isEnding) return;
    isEnding = true;
    await stopAll();
    throw error;
  }
});

async function start(options: StartOptions): Promise<void> {
  const { port, folderName, isVerbose } = options;
  await refuseBusyPort(port, 'npm start');
  const url = `http://localhost:${port}`;
  const settings = readLocalSettings({ PUBLIC_URL: url, ...process.env });
  const folder = openLocalFolder(options);
  const log = openLog(folder.log, 'npm start');

  console.log(`Gatehouse on this machine; its data is in ${folderName}${options.isFresh ? ', which is empty now' : ''}.`);
  const emulators = await startEmulators(folder, (emulator) => running.push(emulator));
  const failure = refuseWithout(emulators);
  tellEndpoints(folder.endpoints, emulators);
  const keys = await createLocalKeys(emulators, settings);
  console.log(keys === 'created' ? `New keys, for ${settings.ALGORITHM}.` : 'The keys of last time.');

  const environment = localEnvironment(process.env, emulators, url, folder.streams);
  const functions = startFunctions({ port, lambdaPort: await freePort(), environment, log, isVerbose });
  running.push({ stop: () => functions.child.stop(700) });
  const answering = untilAnswering(`http://127.0.0.1:${port}${settings.API_PREFIX}/health/`, functions);
  await whileWaiting('Building the functions', Promise.race([answering, failure]), () => 'The functions are built, and answer.');
  console.log(welcome(`${url}${settings.API_PREFIX}`, folderName));

  await Promise.race([functions.child.ended, failure]);
  throw new Refusal(`The functions ended by themselves. Serverless says:\n\n${functions.chatter()}`);
}

/** Rejects once the DynamoDB has ended: it is a process of its own, and without it every answer is 503. */
function refuseWithout({ dynamodb }: Emulators): Promise<never> {
  const failure = dynamodb.ended.then((how) => {
    throw new Refusal(`DynamoDB ended by itself (${how}); everything else was ended too. The data stays; start again with: npm start`);
  });
  failure.catch(() => {});
  return failure;
}

function welcome(url: string, folderName: string): string {
  return `
${url}

Register, log in, read yourself; paste them one after the other:

${firstSteps(url).join('\n\n')}

Codes and messages, which go nowhere from here: ${url}/dev/outbox/
The whole story, with a photograph: npm run tour${url === 'http://localhost:3000' ? '' : ` -- --url ${url}`}
The log of the functions: ${folderName}/log
Ctrl-C ends everything; the data stays.`;
}

async function stopAll(): Promise<void> {
  const stopping = running.splice(0).reverse();
  for (const { stop } of stopping) await stop();
}

/** Ends everything in order, and this process; asked again, it goes on ending. */
async function leave(code: number): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  await stopAll();
  process.exit(code);
}
