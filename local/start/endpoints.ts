import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { names } from './local-folder.ts';
import { holderOf } from './lock.ts';

type Endpoints = { readonly dynamodb: string; readonly ssm: string };
type Running = { readonly endpoint: string };

/**
 * Writes the addresses of the tables, the parameters and Lambda's API to a file while this process runs, for commands
 * in other terminals.
 */
export function tellEndpoints(
  file: string,
  { dynamodb, ssm, lambda }: { readonly dynamodb: Running; readonly ssm: Running; readonly lambda: string },
): void {
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, JSON.stringify({ pid: process.pid, dynamodb: dynamodb.endpoint, ssm: ssm.endpoint, lambda }));
  renameSync(draft, file);
  process.once('exit', () => rmSync(file, { force: true }));
}

/** The addresses of the `npm start` that uses this folder; undefined if none runs. */
export function runningEndpoints(folder: string): Endpoints | undefined {
  try {
    const { pid, dynamodb, ssm } = JSON.parse(readFileSync(join(folder, names.endpoints), 'utf8')) as Endpoints & { pid: number };
    return holderOf(join(folder, names.lock)) === pid ? { dynamodb, ssm } : undefined;
  } catch {
    return undefined;
  }
}
