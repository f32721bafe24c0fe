import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#local/emulators/free-port.ts';
import { projectFolder } from '#local/project.ts';
import { scriptEnvironment } from '../scripts/script-environment.ts';

/** A running `npm start` with its own data. */
export type Started = {
  readonly url: string;
  readonly port: number;
  readonly data: string;
  readonly process: ChildProcess;
  /** Everything that it has written to the terminal. */
  output(): string;
  /** Waits until the text appears in the output, ignoring the first `from` characters. Throws if the process ends first. */
  shows(text: string | RegExp, from?: number): Promise<void>;
  log(): string;
  stop(): Promise<void>;
};

type Options = { readonly project?: string; readonly settings?: Readonly<Record<string, string>>; readonly flags?: readonly string[] };

/** Starts the program behind `npm start` in a project, and waits until it is ready. */
export async function startProject({ project = projectFolder, settings = {}, flags = [] }: Options = {}): Promise<Started> {
  const data = mkdtempSync(join(tmpdir(), 'started-'));
  const port = await freePort();
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(project, 'scripts', 'start.ts'), ...flags], {
    cwd: project,
    env: { ...scriptEnvironment(), PORT: String(port), LOCAL_DIR: data, ...settings },
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const shows = async (text: string | RegExp, from = 0) => {
    const isThere = () => (typeof text === 'string' ? output.slice(from).includes(text) : text.test(output.slice(from)));
    while (!isThere()) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended, and did not say ${text}:\n${output}`);
      await sleep(20);
    }
  };
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGINT');
      await once(child, 'close');
    }
    rmSync(data, { recursive: true, force: true });
  };
  try {
    await shows('Ctrl-C ends everything');
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...{ url: `http://localhost:${port}`, port, data, process: child, shows, stop },
    output: () => output,
    log: () => readFileSync(join(data, 'log'), 'utf8'),
  };
}
