import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const sampleMs = 150;

/**
 * Watches a process and all its descendants until it is told to stop. Returns the peak of their memory together, in
 * megabytes.
 */
export function watchMemory(pid: number): { stop(): Promise<number> } {
  let [peak, isOver] = [0, false];
  const watching = (async () => {
    while (!isOver) {
      peak = Math.max(peak, await residentMegabytes(pid));
      await sleep(sampleMs);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await watching;
      return peak;
    },
  };
}

/** Resident memory of a process and its descendants, added up: pages they share count several times. */
async function residentMegabytes(root: number): Promise<number> {
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=,rss=']).catch(() => ({ stdout: '' }));
  const processes = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const family = new Set([root]);
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const [pid = 0, parent = 0] of processes) if (family.has(parent)) family.add(pid);
  }
  const kilobytes = processes.reduce((sum, [pid = 0, , rss = 0]) => sum + (family.has(pid) ? rss : 0), 0);
  return kilobytes / 1024;
}
