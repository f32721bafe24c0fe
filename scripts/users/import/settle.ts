import {
  type Arrival,
  type ArrivalState,
  type ArrivalStates,
  type ArrivalStore,
  arrivalsAtOnce,
  mostRows,
  rowsOf,
} from '#lib/transfer/arrival-store.ts';
import { Refusal } from '#local/refusal.ts';
import type { Checked } from './check-rows.ts';
import type { Strain } from './strain.ts';

export type Candidate = Checked & { readonly arrival: Arrival };
/** The final result for a user. In a dry run `absent` is a user to add. */
type Settled = (candidate: Candidate, state: ArrivalState) => void;

type Needs = { readonly store: ArrivalStore; readonly strain: Strain; readonly isDryRun: boolean; readonly settled: Settled };

/** Several calls run at a time, because an answer takes longer than a write. */
const lanes = 4;
/** About a minute for tables that stop accepting writes; a second for tables that have never answered. */
const mostTries = 16;
const firstTries = 4;

/**
 * Imports the users in parallel groups. A group is written at once if no user of earlier groups existed; otherwise it
 * is read first, which is cheaper. The tables decide, never a note about an earlier run. Throws a Refusal if the tables
 * accept no writes for a long time.
 */
export async function settleAll(needs: Needs, candidates: AsyncIterator<Candidate>): Promise<void> {
  const groups = groupsOf(candidates);
  const mode = { isLooking: true, hasMet: false, units: 12 };
  const lane = async () => {
    for (let next = await groups.next(); !next.done; next = await groups.next()) await settleGroup(needs, next.value, mode);
  };
  const ended = await Promise.allSettled(Array.from({ length: lanes }, lane));
  const failed = ended.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
}

/** `hasMet`: the tables have answered once; `units`: the measured cost of a user. */
type Mode = { isLooking: boolean; hasMet: boolean; units: number };

async function settleGroup(needs: Needs, group: readonly Candidate[], mode: Mode): Promise<void> {
  let [left, tries, isLooking] = [group, 0, needs.isDryRun || mode.isLooking];
  while (left.length > 0) {
    const arrivals = left.map(({ arrival }) => arrival);
    const { states, isBusy } = isLooking ? await looked(needs, arrivals) : await added(needs, arrivals, mode);
    const isSettled = (index: number) => states[index] !== 'absent' || (needs.isDryRun && !isBusy);
    for (const [index, each] of left.entries()) if (isSettled(index)) needs.settled(each, states[index] ?? 'absent');
    left = left.filter((_, index) => !isSettled(index));
    if (isBusy) {
      tries += 1;
      if (tries > (mode.hasMet ? mostTries : firstTries)) throw new Refusal('The tables accept no more writes.');
      await needs.strain.backOff(tries);
      continue;
    }
    needs.strain.eased();
    mode.hasMet = true;
    mode.isLooking = states.some((each) => each !== 'absent' && each !== 'added');
    [tries, isLooking] = [0, needs.isDryRun];
  }
}

async function looked({ store, strain }: Needs, arrivals: readonly Arrival[]): Promise<ArrivalStates> {
  const thought = arrivals.reduce((sum, each) => sum + rowsOf(each), 0);
  await strain.spend(thought);
  const answer = await store.look(arrivals);
  strain.correct(answer.units - thought);
  return answer;
}

async function added({ store, strain }: Needs, arrivals: readonly Arrival[], mode: Mode): Promise<ArrivalStates> {
  const thought = arrivals.length * mode.units;
  await strain.spend(thought);
  const answer = await store.add(arrivals);
  strain.correct(answer.units - thought);
  if (answer.states.every((each) => each === 'added')) mode.units = answer.units / arrivals.length;
  return answer;
}

/** The maximum of one call. */
async function* groupsOf(candidates: AsyncIterator<Candidate>): AsyncGenerator<readonly Candidate[], undefined> {
  let [group, rows]: [Candidate[], number] = [[], 0];
  for (let next = await candidates.next(); !next.done; next = await candidates.next()) {
    const size = rowsOf(next.value.arrival);
    if (group.length === arrivalsAtOnce || rows + size > mostRows) {
      yield group;
      [group, rows] = [[], 0];
    }
    group.push(next.value);
    rows += size;
  }
  if (group.length > 0) yield group;
  return undefined;
}
