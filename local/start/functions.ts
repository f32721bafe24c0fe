import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { type Child, startChild } from '#local/emulators/child.ts';
import { projectFolder } from '#local/project.ts';
import { Refusal } from '#local/refusal.ts';
import { lineSorter } from './chatter.ts';

type Options = {
  readonly port: number;
  /** Where serverless-offline hands requests on to functions. */
  readonly lambdaPort: number;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: { write(text: string): void };
  readonly isVerbose: boolean;
};

/** The functions behind an HTTP API, and what Serverless said about them. */
export type Functions = { readonly child: Child; readonly chatter: () => string };

/** Starts serverless-offline. What the functions say goes to the log; all but their JSON lines is remembered too. */
export function startFunctions({ port, lambdaPort, environment, log, isVerbose }: Options): Functions {
  const offline = [
    'offline',
    'start',
    '--stage',
    'local',
    '--host',
    '127.0.0.1',
    '--httpPort',
    String(port),
    '--lambdaPort',
    String(lambdaPort),
  ];
  const quiet = ['--noPrependStageInUrl', '--noSponsor', '--disableCookieValidation'];
  const framework = join(projectFolder, 'node_modules', 'serverless', 'bin', 'serverless.js');
  const child = startChild(process.execPath, [framework, ...offline, ...quiet], { cwd: projectFolder, env: environment });
  const chatter: string[] = [];
  const sort = lineSorter();
  const read = (stream: NodeJS.ReadableStream | null) => {
    if (!stream) return;
    createInterface({ input: stream }).on('line', (coloured) => {
      const line = stripVTControlCharacters(coloured);
      if (sort(line) === 'function') log.write(`${line}\n`);
      if (!line.startsWith('{')) chatter.push(line);
      if (chatter.length > 60) chatter.shift();
      if (isVerbose) console.log(line);
    });
  };
  read(child.process.stdout);
  read(child.process.stderr);
  return { child, chatter: () => chatter.join('\n').trim() };
}

/** Waits until a GET of `url` is answered 200; throws a Refusal with what Serverless said where it gave up. */
export async function untilAnswering(url: string, { child, chatter }: Functions): Promise<void> {
  for (const deadline = Date.now() + 180_000; Date.now() < deadline; await sleep(150)) {
    if (child.hasEnded()) throw new Refusal(whatWentWrong(chatter()));
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
    const said = await answer?.text();
    if (answer?.status === 200) return;
    if (answer && answer.status !== 404 && answer.status < 502)
      throw new Refusal(`${url} answered ${answer.status}: ${said}\n${chatter()}`);
  }
  throw new Refusal(`${url} did not answer within three minutes.\n${chatter()}`);
}

/** What our own plugin refuses says all there is to say; anything else is shown as Serverless had it. */
function whatWentWrong(chatter: string): string {
  const ours = chatter.split('\n').find((line) => line.includes('npm start -- --fresh'));
  return ours?.replace(/^\w*Error: /, '').trim() ?? `The functions could not be started. Serverless says:\n\n${chatter}`;
}
