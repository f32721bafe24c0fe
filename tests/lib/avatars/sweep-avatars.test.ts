import { expect, test } from 'vitest';
import { sweepAvatars } from '#lib/avatars/sweep-avatars.ts';
import { memoryPictureStore } from '../../stores/picture-store.memory.ts';
import { album, dayMilliseconds } from './album.ts';

const named = (start: string) => `${start}${'0'.repeat(32)}`.slice(0, 32).concat('.webp');
const digits = [...'0123456789abcdef'];

/** An album with an orphan for every first two digits. */
async function fullOfOrphans() {
  const all = album('anna');
  const starts = digits.flatMap((first) => digits.map((second) => first + second));
  for (const start of starts) await all.needs.pictures.put(named(start), Buffer.from('x'), 'anna');
  all.wait(2 * dayMilliseconds);
  return all;
}

const later = (now: () => Date) => new Date(now().getTime() + 60_000);

test('one run checks the names of one first digit, and sixteen days check all names', async () => {
  const { needs, stored, wait } = await fullOfOrphans();
  for (let day = 1; day <= 16; day += 1) {
    expect(await sweepAvatars(needs, later(needs.now))).toEqual({ looked: 16, removed: 16, isComplete: true });
    expect(new Set(stored().map((name) => name[0])).size).toBe(16 - day);
    wait(dayMilliseconds);
  }
});

test('a picture that a row names stays, however old', async () => {
  const { needs, rows, stored, sweepAll } = album('anna');
  for (const start of ['a0', 'a1']) await needs.pictures.put(named(start), Buffer.from('x'), 'anna');
  rows.set('anna', named('a1'));
  await sweepAll();
  await sweepAll();
  expect(stored()).toEqual([named('a1')]);
});

test('a picture younger than a day stays, because its upload may not have reached the row yet', async () => {
  const { needs, stored, wait } = album('anna');
  for (const digit of digits) await needs.pictures.put(named(digit), Buffer.from('x'), 'anna');
  wait(dayMilliseconds - 1);
  expect(await sweepAvatars(needs, later(needs.now))).toEqual({ looked: 0, removed: 0, isComplete: true });
  wait(1);
  expect(await sweepAvatars(needs, later(needs.now))).toEqual({ looked: 1, removed: 1, isComplete: true });
  expect(stored()).toHaveLength(15);
});

test('the picture of a deleted user is removed', async () => {
  const { needs, rows, stored, sweepAll } = album('anna');
  await needs.pictures.put(named('b7'), Buffer.from('x'), 'anna');
  rows.set('anna', named('b7'));
  await sweepAll();
  expect(stored()).toEqual([named('b7')]);
  rows.delete('anna');
  await sweepAll();
  expect(stored()).toEqual([]);
});

test('a picture without an owner stays, for a person to look at', async () => {
  const { needs, wait } = album('anna');
  const kept = new Map([[named('c1'), { picture: Buffer.from('x'), owner: undefined, storedAt: new Date(0) }]]);
  const pictures = memoryPictureStore(needs.now, kept);
  for (let day = 0; day < 16; day += 1) {
    await sweepAvatars({ ...needs, pictures }, later(needs.now));
    wait(dayMilliseconds);
  }
  expect(kept.size).toBe(1);
});

test('a picture that disappears during a run does not stop it', async () => {
  const { needs, stored } = await fullOfOrphans();
  const pictures = { ...needs.pictures, note: async () => undefined };
  expect(await sweepAvatars({ ...needs, pictures }, later(needs.now))).toMatchObject({ removed: 0, isComplete: true });
  expect(stored()).toHaveLength(256);
});

test('a run that is out of time stops, and later runs start where it did not come', async () => {
  const all = album();
  const beginnings = digits.flatMap((first) => digits.flatMap((second) => digits.map((third) => first + second + third)));
  for (const start of beginnings) {
    await all.needs.pictures.put(named(start), Buffer.from('x'), start);
    // The last name of each first digit is an orphan's; the 255 before it belong to users.
    if (!start.endsWith('ff')) all.rows.set(start, named(start));
  }
  const { needs, stored, rows, wait } = all;
  const tired = {
    ...needs.pictures,
    async note(name: string) {
      wait(1000);
      return await needs.pictures.note(name);
    },
  };
  const start = needs.now().getTime() + 2 * dayMilliseconds;
  for (let day = 0; day < 16 * 16; day += 1) {
    wait(start + day * dayMilliseconds - needs.now().getTime());
    const { looked, isComplete } = await sweepAvatars({ ...needs, pictures: tired }, new Date(needs.now().getTime() + 10_000));
    expect([looked, isComplete]).toEqual([50, false]);
  }
  expect(stored()).toEqual([...rows.values()]);
});

test('fifty pictures of one user read that user’s row once', async () => {
  const { needs, wait } = album('anna');
  for (let index = 0; index < 50; index += 1)
    await needs.pictures.put(named(`5${index.toString().padStart(2, '0')}`), Buffer.from('x'), 'anna');
  const asked: (readonly string[])[] = [];
  const users = {
    async avatarsOf(ids: readonly string[]) {
      asked.push(ids);
      return new Map([['anna', undefined]]);
    },
  };
  wait(dayMilliseconds);
  for (let day = 0; day < 16; day += 1) {
    wait(dayMilliseconds);
    await sweepAvatars({ ...needs, users }, later(needs.now));
  }
  expect(asked).toEqual([['anna']]);
});
