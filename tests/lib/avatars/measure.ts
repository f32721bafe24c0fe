import { readFileSync } from 'node:fs';
import { png } from './made-png.ts';
import { reencoded } from './reencoded.ts';

/**
 * What the program `node measure.ts <file>…` prints of each file: how re-encoding ended, the milliseconds of one core
 * it took (not wall time, which depends on other processes), and the megabytes above the process's previous peak, after
 * one small picture and the files before it.
 */
export type Measured = { readonly outcome: string; readonly milliseconds: number; readonly megabytes: number };

/** The peak memory of this process. Linux keeps it per program; `maxRSS` begins with the parent's. */
function peakKilobytes(): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}

async function measured(path: string): Promise<Measured> {
  const file = readFileSync(path);
  const peak = peakKilobytes();
  const start = process.cpuUsage();
  const outcome = await reencoded(file).then(
    () => 'stored',
    (error: { code?: string }) => error.code ?? String(error),
  );
  const { user, system } = process.cpuUsage(start);
  return { outcome, milliseconds: (user + system) / 1000, megabytes: (peakKilobytes() - peak) / 1024 };
}

await reencoded(png({ width: 64, height: 64 }));
const all: Measured[] = [];
for (const path of process.argv.slice(2)) all.push(await measured(path));
console.log(JSON.stringify(all));
