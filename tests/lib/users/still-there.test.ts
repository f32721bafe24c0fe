import { expect, test } from 'vitest';
import { stillThere } from '#lib/users/still-there.ts';
import { madeUser } from './made-user.ts';

const checks = { active: true, epoch: true };
const user = madeUser({ tokenEpoch: 2 });

test('a caller whose user exists, is active and has the token’s epoch is returned', () => {
  expect(stillThere(user, { epoch: 2 }, checks)).toBe(user);
});

test('the epoch of a caller without one is not checked', () => {
  expect(stillThere(user, {}, checks)).toBe(user);
});

test.for([
  ['gone', undefined, 'user_not_found'],
  ['inactive', { ...user, isActive: false }, 'user_inactive'],
  ['of a later epoch', { ...user, tokenEpoch: 3 }, 'token_not_valid'],
  ['of an earlier epoch', { ...user, tokenEpoch: 0 }, 'token_not_valid'],
] as const)('somebody who is %s is refused', ([, row, code]) => {
  expect(() => stillThere(row, { epoch: 2 }, checks)).toThrow(expect.objectContaining({ code, status: 401 }));
});

test('a check that the stage turns off is not made', () => {
  const row = { ...user, isActive: false, tokenEpoch: 7 };
  expect(stillThere(row, { epoch: 2 }, { active: false, epoch: false })).toBe(row);
  expect(() => stillThere(row, { epoch: 2 }, { active: false, epoch: true })).toThrow(expect.objectContaining({ code: 'token_not_valid' }));
});
