import type { HashInspector } from '#lib/passwords/passwords.ts';
import type { ArrivalState, ArrivalStore } from '#lib/transfer/arrival-store.ts';
import type { Attributes } from '#lib/users/attributes.ts';
import type { Progress } from '../../terminal/progress.ts';
import { type Checked, checkedRows } from './check-rows.ts';
import { watched } from './left-behind.ts';
import type { Report } from './report.ts';
import type { Source } from './row.ts';
import type { Rules } from './rules.ts';
import { type Candidate, settleAll } from './settle.ts';
import type { Strain } from './strain.ts';
import { count, countRefused, newTally, type Tally } from './tally.ts';

type Needs = {
  readonly source: Source;
  readonly rules: Rules;
  readonly attributes: Attributes;
  readonly passwords: HashInspector;
  readonly store: ArrivalStore;
  readonly strain: Strain;
  readonly report: Report;
  readonly isDryRun: boolean;
  readonly now: Date;
  readonly isStopped: () => boolean;
  readonly progressOf: (what: string, total: number | undefined) => Progress;
};

/**
 * The result of an import. `total` counts the rows of the file, `tally.rows` the settled ones; `error` ended it early.
 */
export type Imported = {
  readonly total: number;
  readonly tally: Tally;
  readonly leftBehind: readonly string[];
  readonly error?: unknown;
};

/**
 * Reads a file twice. The first time it finds faults of the whole file before anything is written, and counts the rows.
 * The second time it imports.
 */
export async function runImport(needs: Needs): Promise<Imported> {
  const { source, leftBehind } = watched(needs.source, needs.rules);
  const total = await countRows({ ...needs, source });
  const tally = newTally();
  const progress = needs.progressOf(needs.isDryRun ? 'Checking' : 'Importing', total);
  const settled = (candidate: Candidate, standing: ArrivalState) => {
    countOutcome(needs, tally, candidate, standing);
    progress.advance();
  };
  const candidates = candidatesOf(needs, tally, () => progress.advance());
  try {
    await settleAll({ ...needs, settled }, candidates);
    return { total, tally, leftBehind: [...leftBehind].sort() };
  } catch (error) {
    return { total, tally, leftBehind: [...leftBehind].sort(), error };
  } finally {
    progress.end();
  }
}

async function countRows(needs: Needs): Promise<number> {
  const progress = needs.progressOf('Reading', undefined);
  let rows = 0;
  try {
    for await (const _ of checkedRows(needs)) {
      if (needs.isStopped()) break;
      rows += 1;
      progress.advance();
    }
    return rows;
  } finally {
    progress.end();
  }
}

/** The rows that can be imported as far as the file tells; the others are reported at once. */
async function* candidatesOf(needs: Needs, tally: Tally, advance: () => void): AsyncGenerator<Candidate, undefined> {
  for await (const row of checkedRows(needs)) {
    if (needs.isStopped()) return undefined;
    if (row.hash !== undefined) count(tally.passwords, row.hash);
    if ('arrival' in row) yield row;
    else {
      refuse(needs, tally, row);
      advance();
    }
  }
  return undefined;
}

function countOutcome(needs: Needs, tally: Tally, candidate: Candidate, standing: ArrivalState): void {
  if (typeof standing === 'object') {
    const complaints = standing.taken.map((field) => ({ field, reason: 'belongs to somebody else who is there' }));
    refuse(needs, tally, { ...candidate, complaints });
    return;
  }
  tally.rows += 1;
  tally[standing === 'there' ? 'there' : 'added'] += 1;
  for (const change of candidate.changes) count(tally.changed, change);
  needs.report.changed(candidate);
}

function refuse({ report }: Needs, tally: Tally, { place, complaints }: Extract<Checked, { complaints: unknown }>): void {
  tally.rows += 1;
  countRefused(tally, complaints);
  report.refused(place, complaints);
}
