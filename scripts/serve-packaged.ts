import { resolve } from 'node:path';
import { readDotEnv } from '#local/dot-env.ts';
import { freePort } from '#local/emulators/free-port.ts';
import { type Gateway, startGateway } from '#local/gateway/gateway.ts';
import { projectFolder } from '#local/project.ts';
import { runCommand } from '#local/refusal.ts';
import { explainFailure } from '#local/start/explain.ts';
import { openLocalFolder } from '#local/start/local-folder.ts';
import { openLog } from '#local/start/log-file.ts';
import { portFrom } from '#local/start/options.ts';
import { refuseBusyPort } from '#local/start/port.ts';
import { tellRefusedOrigin } from '#local/start/refused-origin.ts';
import { readLocalSettings } from '#local/start/settings.ts';

const command = 'npm run serve:packaged';
let gateway: Gateway | undefined;
let isEnding = false;

// Serves the packaged zips of the stage `local` as AWS would, for people and for external test suites, until Ctrl-C.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void leave());
await runCommand(async () => {
  readDotEnv(projectFolder);
  const port = process.env['PORT'] === '0' ? await freePort() : portFrom(process.env);
  const origin = `http://localhost:${port}`;
  const { PUBLIC_URL = origin } = process.env;
  const { API_PREFIX } = readLocalSettings({ ...process.env, PUBLIC_URL });
  await refuseBusyPort(port, command);
  const { LOCAL_DIR: folderName } = process.env;
  const folder = folderName ? resolve(projectFolder, folderName) : undefined;
  const log = folder ? openLog(openLocalFolder({ folder, folderName: folderName ?? '', isFresh: false }).log, command) : process.stderr;

  console.log('Packaging the stage local …');
  gateway = await startGateway({
    stage: 'local',
    port,
    host: `localhost:${port}`,
    explain: explainFailure,
    onRefusedOrigin: tellRefusedOrigin((line) => console.log(line)),
    settings: { PUBLIC_URL },
    shape: { PUBLIC_URL: PUBLIC_URL === origin ? 'http://localhost' : PUBLIC_URL }, // one package for every port
    onLog: (text) => log.write(text.endsWith('\n') ? text : `${text}\n`),
    ...(folder && { directory: folder }),
  });
  gateway.streams.run();
  const kept = folder
    ? `The log of the functions: ${folderName}/log\nCtrl-C ends it; the data stays in ${folderName}.`
    : 'The log of the functions goes to standard error.\nCtrl-C ends it and deletes its data; LOCAL_DIR=.local keeps it.';
  console.log(welcome(`${origin}${API_PREFIX}`, kept));
});

function welcome(url: string, kept: string): string {
  const json = "-H 'content-type: application/json' -d";
  return `Gatehouse as it is packaged for AWS: ${url}

  curl ${url}/health/
  curl ${url}/register/ ${json} '{"name":"ada","email":"ada@example.com","password":"orange-kettle-42","password_confirmation":"orange-kettle-42"}'
  curl ${url}/login/ ${json} '{"email":"ada@example.com","password":"orange-kettle-42"}'

${kept}`;
}

async function leave(): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  await gateway?.stop();
  process.exit(0);
}
