import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Positions } from './stream-reader.ts';

type Kept = Readonly<Record<string, { readonly stream: string; readonly shards: Positions }>>;

/** The position of each function in each stream, in a file that survives the process; without a file only in memory. */
export function positionsIn(file: string | undefined) {
  let kept: Kept = file ? readKept(file) : {};
  return {
    of: (functionName: string, stream: string): Positions | undefined =>
      kept[functionName]?.stream === stream ? kept[functionName]?.shards : undefined,
    /** Writes all at once: after a crash the file holds either the old or the new positions. */
    keep(functionName: string, stream: string, shards: Positions): void {
      kept = { ...kept, [functionName]: { stream, shards } };
      if (!file) return;
      const draft = `${file}.${process.pid}.tmp`;
      writeFileSync(draft, JSON.stringify(kept));
      renameSync(draft, file);
    },
  };
}

/** An unreadable file counts as empty. Records then come again, which every reader of a stream must tolerate. */
function readKept(file: string): Kept {
  try {
    return Object(JSON.parse(readFileSync(file, 'utf8'))) as Kept;
  } catch {
    return {};
  }
}
