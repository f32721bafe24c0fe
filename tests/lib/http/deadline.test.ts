import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { withinDeadline } from '#lib/http/deadline.ts';

const remaining = (ms: number) => ({ getRemainingTimeInMillis: () => ms });

describe('work with a deadline', () => {
  test('ends as the work does, well or badly', async () => {
    expect(await withinDeadline(Promise.resolve('done'), remaining(1000))).toBe('done');
    await expect(withinDeadline(Promise.reject(new Error('no')), remaining(1000))).rejects.toThrow('no');
  });

  test('that would outlast the function is unavailable before the function is ended', async () => {
    const late = withinDeadline(pause(5000, 'done', { ref: false }), remaining(350));
    await expect(late).rejects.toMatchObject({ code: 'unavailable', options: { retryAfterSeconds: 2 } });
  });

  test('has unlimited time if no limit is known', async () => {
    expect(await withinDeadline(pause(20, 'done'), {})).toBe('done');
  });
});
