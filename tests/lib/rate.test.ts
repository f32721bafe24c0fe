import { expect, test } from 'vitest';
import { parseRate } from '#lib/rate.ts';

test.for([
  ['10/15m', 10, 900],
  ['1/1s', 1, 1],
  ['100/90', 100, 90],
  ['100/s', 100, 1],
  ['100/sec', 100, 1],
  ['100/second', 100, 1],
  ['60/m', 60, 60],
  ['60/min', 60, 60],
  ['60/minute', 60, 60],
  ['1000/h', 1000, 3600],
  ['1000/hour', 1000, 3600],
  ['5/d', 5, 86_400],
  ['5/day', 5, 86_400],
  [' 5/7d ', 5, 604_800],
] as const)('%s is %i tries in %i seconds', ([text, max, windowSeconds]) => {
  expect(parseRate(text)).toEqual({ max, windowSeconds });
});

test('off means no limit', () => {
  expect(parseRate('off')?.max).toBe(0);
});

test.for(['', 'on', '0', '10', '0/1m', '10/0s', '-1/1m', '10/', '/1m', '1.5/m', '10 / 15m', '10/15m/2', '10/week', '10/1day', '1e9/1m'])(
  '%j is not a rate',
  (text) => {
    expect(parseRate(text)).toBeUndefined();
  },
);

test.for(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('10/%s is not a rate, although objects have it', (unit) => {
  expect(parseRate(`10/${unit}`)).toBeUndefined();
});
