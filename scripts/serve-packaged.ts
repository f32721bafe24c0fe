import { resolve } from 'node:path';
import { startGateway } from '../tests/support/gateway.ts';
import { freePort } from './emulators/free-port.ts';
import { projectFolder } from './project.ts';
import { Refusal, runCommand } from './refusal.ts';

// Serves the packaged zips of the stage `local` as AWS would, for people and for the test suites of others, until Ctrl-C.
await runCommand(async () => {
  const { PORT = '3000', LOCAL_DIR } = process.env;
  if (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65_535) throw new Refusal(`PORT is ${PORT}, but has to be a port number.`);
  const port = Number(PORT) || (await freePort());
  const url = `http://localhost:${port}`;
  console.log('Packaging the stage local …');
  const gateway = await startGateway({
    stage: 'local',
    port,
    settings: { PUBLIC_URL: url },
    ...(LOCAL_DIR && { directory: resolve(projectFolder, LOCAL_DIR) }),
  });
  const json = "-H 'content-type: application/json' -d";
  console.log(`Gatehouse as it is packaged for AWS: ${url}

  curl ${url}/health/
  curl ${url}/register/ ${json} '{"name":"ada","email":"ada@example.com","password":"orange-kettle-42","password_confirmation":"orange-kettle-42"}'
  curl ${url}/login/ ${json} '{"email":"ada@example.com","password":"orange-kettle-42"}'

Ctrl-C ends it.`);
  const end = async () => {
    await gateway.stop();
    process.exit(0);
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
});
