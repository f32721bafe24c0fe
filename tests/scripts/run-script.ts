import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { scriptEnvironment } from './script-environment.ts';

/** Runs a script of scripts/ as its command does; `output` is both of its streams. */
export async function runScript(name: string, environment: NodeJS.ProcessEnv, ...parameters: readonly string[]) {
  const script = new URL(`../../scripts/${name}.ts`, import.meta.url).pathname;
  const child = spawn(process.execPath, [script, ...parameters], { env: { ...scriptEnvironment(), ...environment } });
  child.stdin.end();
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  return { code: code as number, output };
}

/** The credentials of an emulator, as the AWS command line has them. */
export const localEnvironment = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
