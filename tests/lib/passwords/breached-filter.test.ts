import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { newFilter, openFilter, openSealedFilter, shareByChance, UnsoundFilter } from '#lib/passwords/breached-filter.ts';
import { filterOf } from '../../support/made-filter.ts';

/** Digests that are the same in each run, one behind the other. */
const digestsOf = (name: string, count: number) =>
  Buffer.concat(Array.from({ length: count }, (_, index) => createHash('sha1').update(`${name} ${index}`).digest()));
const starts = (digests: Buffer) => Array.from({ length: digests.length / 20 }, (_, index) => index * 20);

/** How many of these digests a full filter of so many others has. */
function foundByChance(entries: number, others: Buffer) {
  const filter = newFilter(entries);
  const own = digestsOf('own', entries);
  for (const at of starts(own)) filter.add(own, at);
  const opened = openSealedFilter(filter.sealed());
  expect(starts(own).filter((at) => !opened.has(own, at))).toEqual([]);
  expect(opened.entries).toBe(entries);
  return { share: starts(others).filter((at) => opened.has(others, at)).length / (others.length / 20), computed: shareByChance(opened) };
}

describe('a filter of breached passwords', () => {
  const others = digestsOf('other', 100_000);
  test.for([1, 10_000, 50_000])('of %i has all of them, and less than 0.2 percent of 100,000 others', (entries) => {
    const { share, computed } = foundByChance(entries, others);
    expect(share).toBeLessThan(0.002);
    expect(computed).toBeLessThan(0.001);
  });

  test('that is full takes 14.4 bits for each entry, and finds one other in 1,000 at most', () => {
    const { bits, hashes } = openFilter(newFilter(1_000_000).sealed());
    expect([bits, hashes]).toEqual([14_400_000, 10]);
    const share = shareByChance({ entries: 1_000_000, bits, hashes });
    expect([share > 0.0009, share < 0.001]).toEqual([true, true]);
  });

  test('is the same file for the same entries', () => {
    expect(filterOf('one', 'two').equals(filterOf('two', 'one'))).toBe(true);
  });
});

describe('a file that is no sound filter is refused', () => {
  const sound = filterOf('violet kettle under a roof');
  const changed = (at: number, byte: number) => {
    const copy = Buffer.from(sound);
    copy[at] = byte;
    return copy;
  };
  const fault = (bytes: Buffer, open = openSealedFilter) => {
    try {
      open(bytes);
      return 'none';
    } catch (error) {
      expect(error).toBeInstanceOf(UnsoundFilter);
      return (error as Error).message;
    }
  };
  const foreign = 'is no filter of breached passwords';
  test.for<[string, Buffer, string]>([
    ['empty', Buffer.alloc(0), foreign],
    ['shorter than its head', sound.subarray(0, 30), foreign],
    ['a list of digests', Buffer.from(`${'5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:1\r\n'.repeat(9)}`), foreign],
    ['of a later version', changed(11, 2), 'has the version 2, but has to have 1'],
    ['without hashes', changed(15, 0), 'is damaged'],
    ['with more hashes than a digest gives', changed(15, 65), 'is damaged'],
    ['without bits', Buffer.concat([sound.subarray(0, 16), Buffer.alloc(4), sound.subarray(20, 56)]), 'is damaged'],
    ['cut', sound.subarray(0, -1), 'is damaged'],
    ['longer than it says', Buffer.concat([sound, Buffer.alloc(1)]), 'is damaged'],
  ])('if it is %s', ([, bytes, message]) => {
    expect([fault(bytes), fault(bytes, openFilter)]).toEqual([message, message]);
  });

  test('if one bit of it has changed, once the seal is compared', () => {
    const at = sound.length - 1;
    expect([fault(sound), fault(changed(at, 1 ^ (sound[at] ?? 0))), fault(changed(23, 9))]).toEqual(['none', 'is damaged', 'is damaged']);
  });
});
