import { describe, expect, test } from 'vitest';
import { isUnavailable } from '#lib/aws/fault.ts';
import { batches, retriedWhileBusy, unansweredTables } from '#lib/aws/patience.ts';

describe('a write that meets another', () => {
  const after = (busy: number) => {
    let asked = 0;
    const write = async () => {
      asked += 1;
      return asked > busy ? 'done' : 'busy';
    };
    return { write, asked: () => asked };
  };

  test('is tried again, four times in all', async () => {
    for (const [busy, outcome, tries] of [
      [0, 'done', 1],
      [3, 'done', 4],
      [4, 'busy', 4],
    ] as const) {
      const { write, asked } = after(busy);
      expect([await retriedWhileBusy(write), asked()]).toEqual([outcome, tries]);
    }
  });

  test('is not tried again where it fails otherwise', async () => {
    let asked = 0;
    const write = async () => {
      asked += 1;
      throw new Error('a bug');
    };
    await expect(retriedWhileBusy(write)).rejects.toThrow('a bug');
    expect(asked).toBe(1);
  });
});

describe('what a batch left out', () => {
  test('is asked for again, by table', async () => {
    const left = { UnprocessedKeys: { users: { Keys: [{ id: 'a' }] }, sessions: { Keys: undefined } } };
    expect(await unansweredTables(left, 0)).toEqual({ users: [{ id: 'a' }], sessions: [] });
  });

  test('is nothing where everything was answered', async () => {
    for (const answer of [{}, { UnprocessedKeys: undefined }, { UnprocessedKeys: {} }])
      expect(await unansweredTables(answer, 9)).toEqual({});
  });

  test('is given up after four times, as a matter of trying again later', async () => {
    const left = { UnprocessedKeys: { users: { Keys: [{ id: 'a' }] } } };
    const error = await unansweredTables(left, 3).catch((thrown: unknown) => thrown);
    expect(isUnavailable(error)).toBe(true);
  });
});

test('a list is cut into parts of a size', () => {
  expect(batches([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect([batches([], 2), batches([1, 2], 2), batches([1], 100)]).toEqual([[], [[1, 2]], [[1]]]);
});
