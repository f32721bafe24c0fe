import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectFolder } from '#local/project.ts';
import { Refusal } from '#local/refusal.ts';

/**
 * Runs `serverless offline start` for the stage `local` in this process; a second process would cost half a second and 100 MB. Replaces the
 * environment of this process by `environment`. Rejects if Serverless gives up; it has printed its reason by then.
 */
export async function offline(environment: NodeJS.ProcessEnv, lambdaPort: number, isVerbose: boolean): Promise<never> {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment, { SLS_LOG_LEVEL: isVerbose ? 'notice' : 'error' });
  const program = join(projectFolder, 'node_modules', 'serverless', 'scripts', 'serverless.js');
  process.chdir(projectFolder);
  const [node = ''] = process.argv;
  process.argv = [node, program, 'offline', 'start', '--stage', 'local', '--host', '127.0.0.1', '--lambdaPort', String(lambdaPort)];
  Object.assign(EvalError, { $serverlessCommandStartTime: process.hrtime() });
  createRequire(import.meta.url)(program);
  // It reports a failure to its caller only through the exit code.
  while (!process.exitCode) await sleep(100);
  throw new Refusal('Serverless stopped; its message is above.');
}
