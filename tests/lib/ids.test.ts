import { expect, test } from 'vitest';
import { randomId, uuidv7 } from '#lib/ids.ts';

test('an id has the shape of simplejwt’s, and no two are equal', () => {
  const ids = Array.from({ length: 1000 }, randomId);
  expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
  expect(new Set(ids).size).toBe(1000);
});

test('a UUID of version 7 holds the time it was made, as RFC 9562 defines', () => {
  // Appendix A.6: 2022-02-22 19:22:22 GMT is 0x017F22E279B0.
  const id = uuidv7(new Date(0x017f22e279b0));
  expect(id).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('UUIDs sort by the time they were made, and those of one moment differ', () => {
  const moments = [0, 1, 255, 256, 1_700_000_000_000, 4_102_444_800_000];
  const ids = moments.map((moment) => uuidv7(new Date(moment)));
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(Array.from({ length: 1000 }, () => uuidv7(new Date(0)))).size).toBe(1000);
});
