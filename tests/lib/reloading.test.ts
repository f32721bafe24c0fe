import { describe, expect, test } from 'vitest';
import { reloading } from '#lib/reloading.ts';

const made = (answers: readonly (string | Error)[]) => {
  const clock = { ms: 0 };
  let asked = 0;
  const load = async () => {
    const answer = answers[Math.min(asked, answers.length - 1)] ?? '';
    asked += 1;
    await Promise.resolve();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const pass = (seconds: number) => {
    clock.ms += seconds * 1000;
  };
  return { get: reloading(load, 300, () => clock.ms), pass, asked: () => asked };
};
const lost = new Error('no answer');

describe('a loaded value', () => {
  test('is kept for its time and then loaded again', async () => {
    const { get, pass, asked } = made(['one', 'two']);
    expect([await get(), await get()]).toEqual(['one', 'one']);
    pass(299.999);
    expect([await get(), asked()]).toEqual(['one', 1]);
    pass(0.001);
    expect([await get(), asked()]).toEqual(['two', 2]);
  });

  test('is loaded once for all callers that ask at once', async () => {
    const { get, asked } = made(['one']);
    expect(await Promise.all(Array.from({ length: 50 }, get))).toEqual(Array(50).fill('one'));
    expect(asked()).toBe(1);
  });

  test('is kept while reloading fails, and is loaded again later', async () => {
    const { get, pass, asked } = made(['one', lost, 'three']);
    await get();
    pass(300);
    expect([await get(), await get(), asked()]).toEqual(['one', 'one', 2]);
    pass(300);
    expect(await get()).toBe('three');
  });

  test('is kept while reloading fails, also for callers that ask at that moment', async () => {
    const { get, pass } = made(['one', lost]);
    await get();
    pass(300);
    expect(await Promise.all([get(), get(), get()])).toEqual(['one', 'one', 'one']);
  });

  test('is an error if it was never loaded, and the next call tries again at once', async () => {
    const { get, asked } = made([lost, lost, 'three']);
    await expect(get()).rejects.toBe(lost);
    await expect(Promise.all([get(), get()])).rejects.toBe(lost);
    expect([await get(), asked()]).toEqual(['three', 3]);
  });
});
