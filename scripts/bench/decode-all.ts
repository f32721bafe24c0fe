import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodePicture } from '#lib/avatars/decode-picture.ts';
import { reencodePicture } from '#lib/avatars/reencode-picture.ts';

/** Re-encodes every file of the folder it is given, one after the other, and prints how it ended and the memory of the process. */
export type Decoded = { readonly stored: number; readonly refused: number; readonly broken: number; readonly peakMegabytes: number };

/** Linux counts it per program; `maxRSS` begins with that of the parent. */
function peakKilobytes(): number {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? process.resourceUsage().maxRSS);
}

const folder = process.argv[2] ?? '.';
const outcomes = { stored: 0, refused: 0, broken: 0 };
for (const name of readdirSync(folder).sort()) {
  try {
    await reencodePicture({ decode: decodePicture }, readFileSync(join(folder, name)));
    outcomes.stored += 1;
  } catch (error) {
    outcomes[(error as { code?: string }).code === 'invalid_image' ? 'refused' : 'broken'] += 1;
  }
}
console.log(JSON.stringify({ ...outcomes, peakMegabytes: peakKilobytes() / 1024 } satisfies Decoded));
