import { describe, expect, test } from 'vitest';
import { isUnavailable } from '#lib/aws/fault.ts';
import { batches, retriedWhileBusy, unansweredTables } from '#lib/aws/patience.ts';

describe('a write that conflicts with another', () => {
  const after = (busy: number) => {
    let asked = 0;
    const write = async () => {
      asked += 1;
      return asked > busy ? 'done' : 'busy';
    };
    return { write, asked: () => asked };
  };

  test('is tried four times', async () => {
    for (const [busy, outcome, tries] of [
      [0, 'done', 1],
      [3, 'done', 4],
      [4, 'busy', 4],
    ] as const) {
      const { write, asked } = after(busy);
      expect([await retriedWhileBusy(write), asked()]).toEqual([outcome, tries]);
    }
  });

  test('is not retried after another error', async () => {
    let asked = 0;
    const write = async () => {
      asked += 1;
      throw new Error('a bug');
    };
    await expect(retriedWhileBusy(write)).rejects.toThrow('a bug');
    expect(asked).toBe(1);
  });
});

describe('the unprocessed items of a batch', () => {
  test('are requested again, by table', async () => {
    const left = { UnprocessedKeys: { users: { Keys: [{ id: 'a' }] }, sessions: { Keys: undefined } } };
    expect(await unansweredTables(left, 0)).toEqual({ users: [{ id: 'a' }], sessions: [] });
  });

  test('are none if everything was processed', async () => {
    for (const answer of [{}, { UnprocessedKeys: undefined }, { UnprocessedKeys: {} }])
      expect(await unansweredTables(answer, 9)).toEqual({});
  });

  test('answer 503 after four tries', async () => {
    const left = { UnprocessedKeys: { users: { Keys: [{ id: 'a' }] } } };
    const error = await unansweredTables(left, 3).catch((thrown: unknown) => thrown);
    expect(isUnavailable(error)).toBe(true);
  });
});

test('a list is cut into parts of a size', () => {
  expect(batches([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect([batches([], 2), batches([1, 2], 2), batches([1], 100)]).toEqual([[], [[1, 2]], [[1]]]);
});
