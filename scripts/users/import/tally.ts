import type { Complaint } from './row.ts';

/** Counts of the rows of a file and of their results. */
export type Tally = {
  rows: number;
  added: number;
  there: number;
  refused: number;
  readonly reasons: Record<string, number>;
  readonly passwords: Record<string, number>;
  readonly changed: Record<string, number>;
};

export const newTally = (): Tally => ({ rows: 0, added: 0, there: 0, refused: 0, reasons: {}, passwords: {}, changed: {} });

export function count(counts: Record<string, number>, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
}

/** Counts a refused row under each of its reasons. */
export function countRefused(tally: Tally, complaints: readonly Complaint[]): void {
  tally.refused += 1;
  for (const { field, reason } of complaints) count(tally.reasons, `${field}: ${reason}`);
}
