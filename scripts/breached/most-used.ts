import { newFilter } from '#lib/passwords/breached-filter.ts';
import { Refusal } from '#local/refusal.ts';
import { decodeDigest, readDigests } from './read-digests.ts';

/** A file that can be read again from its beginning, or a stream that cannot. */
export type Source = { readonly chunks: () => AsyncIterable<Buffer>; readonly canBeReadAgain: boolean };

/** Which lines go into the filter: those above a count, and the first ones with exactly that count. */
type Choice = { readonly above: number; readonly atCount: number; readonly entries: number };

/** The result: the bytes of the filter, and the number of digests that were read. */
type Made = { readonly bytes: Buffer; readonly read: number };

/**
 * Makes a filter of the most used digests of a source, at most so many. If several have the count at the border, the first ones are taken.
 * A file is read twice: for the number of digests of each count, and for the digests. A stream is read once, so it may not have more
 * digests than `most`, and its filter has the size of `most`. Equal lines behind one another are one entry; lines with the count 0 are
 * padding. Memory is the filter and a number for each count that occurs.
 */
export async function filterOfMostUsed(source: Source, most: number, onChunk: (bytes: number) => void): Promise<Made> {
  if (!source.canBeReadAgain) return await fill(source, most, { above: 0, atCount: 0, entries: most }, onChunk);
  const counts = new Map<number, number>();
  await each(source, (_, count) => void counts.set(count, (counts.get(count) ?? 0) + 1), onChunk);
  const choice = choiceOf(counts, most);
  return await fill(source, choice.entries, choice, onChunk);
}

function choiceOf(counts: ReadonlyMap<number, number>, most: number): Choice {
  let entries = 0;
  for (const [count, number] of [...counts].sort(([one], [other]) => other - one)) {
    if (entries + number > most) return { above: count, atCount: most - entries, entries: most };
    entries += number;
  }
  return { above: 0, atCount: 0, entries };
}

async function fill(source: Source, space: number, { above, atCount, entries }: Choice, onChunk: (bytes: number) => void): Promise<Made> {
  const filter = newFilter(Math.max(space, 1));
  let [read, added, atBorder] = [0, 0, 0];
  await each(
    source,
    (digest, count) => {
      read += 1;
      if (count < above || (count === above && atBorder === atCount)) return;
      if (count === above) atBorder += 1;
      if (added === entries) throw new Refusal(tooMany(source, entries));
      filter.add(digest);
      added += 1;
    },
    onChunk,
  );
  if (added === 0) throw new Refusal('There is no SHA-1 in it.');
  if (source.canBeReadAgain && added < entries) throw new Refusal('The file changed while it was read: try again.');
  return { bytes: filter.sealed(), read };
}

function tooMany({ canBeReadAgain }: Source, entries: number): string {
  if (canBeReadAgain) return 'The file changed while it was read: try again.';
  return `Standard input has more than ${entries.toLocaleString('en')} digests. The most used ones cannot be chosen in one reading: give a file, or a larger --most.`;
}

/** Hears each digest that counts: 20 bytes, which hold until the call returns. */
async function each(source: Source, onDigest: (digest: Buffer, count: number) => void, onChunk: (bytes: number) => void): Promise<void> {
  let [digest, before] = [Buffer.alloc(20), Buffer.alloc(20)];
  let isFirst = true;
  const onLine = (bytes: Buffer, at: number, count: number) => {
    if (count === 0) return;
    decodeDigest(bytes, at, digest);
    if (!isFirst && digest.equals(before)) return;
    onDigest(digest, count);
    [digest, before, isFirst] = [before, digest, false];
  };
  await readDigests(source.chunks(), onLine, onChunk);
}
