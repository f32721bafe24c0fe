import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startChild } from '#local/emulators/child.ts';

/** Whether it runs; a zombie does not. */
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self/stat') || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

/** Resolves when it has ended; otherwise the test fails by its timeout. */
async function isGone(pid: number): Promise<boolean> {
  while (isAlive(pid)) await sleep(20);
  return true;
}

/** A process that starts `sleep` as its child and then does `then`. */
async function parentOf(then: string) {
  const script = `
    const { startChild } = await import(${JSON.stringify(new URL('../../../local/emulators/child.ts', import.meta.url).href)});
    const child = startChild('sleep', ['60']);
    process.stdout.write(child.process.pid + '\\n');
    const timer = setInterval(() => {}, 1000);
    ${then}`;
  const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(parent.stdout, 'data');
  return { parent, childPid: Number(String(line)) };
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)('a child dies with a parent that got %s', async (signal) => {
  const { parent, childPid } = await parentOf('');
  expect(isAlive(childPid)).toBe(true);
  parent.kill(signal);
  expect(await isGone(childPid)).toBe(true);
});

test.each([
  ['crashes', 'setTimeout(() => { throw new Error("oh"); }, 50);'],
  ['leaves', 'setTimeout(() => process.exit(0), 50);'],
])('a child dies with a parent that %s', async (_, then) => {
  const { childPid } = await parentOf(then);
  expect(await isGone(childPid)).toBe(true);
});

test('a child that ignores SIGTERM is killed', async () => {
  const child = startChild(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); console.log("here"); setInterval(() => {}, 1000)']);
  await once(child.process.stdout as NodeJS.ReadableStream, 'data');
  await child.stop(200);
  expect([child.process.signalCode, child.lastWords()]).toEqual(['SIGKILL', 'here']);
});

test('a command that does not exist ends with a reason', async () => {
  const child = startChild('/does/not/exist', []);
  await child.ended;
  expect(child.lastWords()).toContain('ENOENT');
  await child.stop();
});
