import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { projectFolder } from '#local/project.ts';
import { Refusal } from '#local/refusal.ts';

export const usage = `Usage: npm start [-- --fresh] [--verbose] [--inspect[=9229]]

Runs Gatehouse on this machine with its own DynamoDB, S3 and Parameter Store. Ctrl-C ends all of it.

  --fresh     start with no users and new keys: empties the data folder
  --verbose   show the log of the functions and the output of Serverless
  --inspect   allow a debugger at port 9229 or another: --inspect=9230 (.vscode/launch.json uses it); nothing times out
  --help      show this

  PORT=3000          the port of the service
  LOCAL_DIR=.local   the data folder
  Every setting in lib/settings/catalogue.ts can be given the same way: ACCESS_TOKEN_LIFETIME=10s npm start`;

export type StartOptions = {
  readonly port: number;
  /** The data folder, as written and as an absolute path. */
  readonly folderName: string;
  readonly folder: string;
  readonly isFresh: boolean;
  readonly isVerbose: boolean;
  /** The address for a debugger. */
  readonly inspectPort: number | undefined;
  readonly wantsHelp: boolean;
};

/** The options of the command line, or a Refusal that shows the usage. */
export function readStartOptions(parameters: readonly string[], environment: NodeJS.ProcessEnv): StartOptions {
  const { fresh = false, verbose = false, help = false, inspect } = parseFlags(parameters);
  // `npm start --fresh` hands the flag to npm, which keeps it.
  const kept = ['fresh', 'inspect'].find(
    (name) => environment[`npm_config_${name}`] && !parameters.some((each) => each.startsWith(`--${name}`)),
  );
  if (kept) throw new Refusal(`npm keeps --${kept} for itself. Write: npm start -- --${kept}`);
  const folderName = environment['LOCAL_DIR'] || '.local';
  return {
    port: portFrom(environment),
    folderName,
    folder: resolve(projectFolder, folderName),
    isFresh: fresh,
    isVerbose: verbose,
    inspectPort: inspect === undefined ? undefined : numberOfPort('--inspect', inspect),
    wantsHelp: help,
  };
}

/** PORT, 3000 if it is not set. */
export function portFrom({ PORT: written }: NodeJS.ProcessEnv): number {
  return numberOfPort('PORT', written || '3000');
}

function numberOfPort(name: string, written: string): number {
  const port = Number(written);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Refusal(`${name} is "${written}", but has to be a number from 1 to 65535`);
  return port;
}

function parseFlags(parameters: readonly string[]) {
  const flag = { type: 'boolean' } as const;
  // As in Node, `--inspect` alone has a default port, which `parseArgs` cannot express.
  const args = parameters.map((each) => (each === '--inspect' ? '--inspect=9229' : each));
  try {
    return parseArgs({ args, options: { fresh: flag, verbose: flag, help: { ...flag, short: 'h' }, inspect: { type: 'string' } } }).values;
  } catch (error) {
    throw new Refusal(`${(error as Error).message}\n\n${usage}`);
  }
}
