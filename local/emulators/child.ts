import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** A child process that never outlives this one, with the last lines of its output. */
export type Child = {
  readonly process: ChildProcess;
  /** Its last lines on both streams. */
  readonly lastWords: () => string;
  readonly hasEnded: () => boolean;
  /** Resolves when it has ended for any reason. */
  readonly ended: Promise<void>;
  /** Asks it to end (SIGTERM), and after `patienceMs` kills it. */
  stop(patienceMs?: number): Promise<void>;
};

const living = new Set<ChildProcess>();
let isWatching = false;

/**
 * Starts a process in its own group, so that Ctrl-C reaches only this process, which ends its children in order. The
 * child also ends if this process crashes or is killed: a shell waits at a pipe that only this process holds open, and
 * ends the child by its pid when the pipe closes.
 */
export function startChild(command: string, parameters: readonly string[], options: SpawnOptions = {}): Child {
  endChildrenWithUs();
  const child = spawn(command, parameters, { stdio: ['ignore', 'pipe', 'pipe'], ...options, detached: true });
  living.add(child);
  const heir = child.pid === undefined ? undefined : startHeir(child.pid);
  let words = '';
  const remember = (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-8000);
  };
  child.stdout?.on('data', remember);
  child.stderr?.on('data', remember);
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      living.delete(child);
      heir?.kill('SIGKILL');
      resolve();
    };
    child.once('exit', end);
    child.once('error', (error) => {
      remember(Buffer.from(error.message));
      end();
    });
  });
  const hasEnded = () => !living.has(child);
  return {
    process: child,
    lastWords: () => words.trim(),
    hasEnded,
    ended,
    async stop(patienceMs = 1000) {
      if (hasEnded()) return;
      child.kill('SIGTERM');
      await Promise.race([ended, sleep(patienceMs, undefined, { ref: false })]);
      if (!hasEnded()) child.kill('SIGKILL');
      await ended;
    },
  };
}

function startHeir(pid: number): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined;
  const heir = spawn('/bin/sh', ['-c', `read -r _; kill -9 ${pid} 2>/dev/null`], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  heir.on('error', () => {});
  heir.stdin?.on('error', () => {});
  heir.unref();
  (heir.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return heir;
}

/** A signal without a listener would end this process before it could end its children. */
function endChildrenWithUs(): void {
  if (isWatching) return;
  isWatching = true;
  process.on('exit', () => {
    for (const child of living) child.kill('SIGKILL');
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal]);
    });
  }
}
