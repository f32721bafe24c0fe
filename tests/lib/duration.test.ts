import { expect, test } from 'vitest';
import { durationSeconds, epochSeconds } from '#lib/duration.ts';

test.for([
  ['90', 90],
  ['0s', 0],
  ['30s', 30],
  ['5m', 300],
  ['12h', 43_200],
  ['14d', 1_209_600],
  [' 5m ', 300],
] as const)('%s is %i seconds', ([text, seconds]) => {
  expect(durationSeconds(text)).toBe(seconds);
});

test.for([
  '',
  'm',
  '-5m',
  '5 m',
  '5min',
  '1.5h',
  '1e3',
  '5M',
  '٥m',
  '１0s',
  '0x10',
  'PT5M',
  'Infinity',
  '9999999999',
  '5m\n5m',
  'constructor',
])('%j is not a duration', (text) => {
  expect(durationSeconds(text)).toBeUndefined();
});

test('an instant is given in whole seconds, rounded down', () => {
  expect(epochSeconds(new Date('1970-01-01T00:00:01.999Z'))).toBe(1);
});
