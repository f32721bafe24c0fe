import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Positions } from './stream-reader.ts';

type Kept = Readonly<Record<string, { readonly stream: string; readonly shards: Positions }>>;

/** Where each function is in which stream, kept in a file from one start to the next; without a file only as long as this process runs. */
export function positionsIn(file: string | undefined) {
  let kept: Kept = file ? readKept(file) : {};
  return {
    of: (functionName: string, stream: string): Positions | undefined =>
      kept[functionName]?.stream === stream ? kept[functionName]?.shards : undefined,
    /** Writes all at once: after a crash the file holds either the old or the new. */
    keep(functionName: string, stream: string, shards: Positions): void {
      kept = { ...kept, [functionName]: { stream, shards } };
      if (!file) return;
      const draft = `${file}.${process.pid}.tmp`;
      writeFileSync(draft, JSON.stringify(kept));
      renameSync(draft, file);
    },
  };
}

/** A file that cannot be read stands for none: what was delivered comes again, which everybody who reads a stream has to bear. */
function readKept(file: string): Kept {
  try {
    return Object(JSON.parse(readFileSync(file, 'utf8'))) as Kept;
  } catch {
    return {};
  }
}
