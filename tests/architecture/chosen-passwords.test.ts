import { expect, it } from 'vitest';
import { type Source, sources } from './sources.ts';

const hashing = ({ text }: Source) => /\bpasswords\.hash\(/.test(text);

/** `login.ts` hashes a right password again, which is no choice of the user. */
const mayHash = ['lib/sign-in/login.ts', 'lib/users/new-password.ts'];

it('every chosen password is looked up before it is hashed', () => {
  expect(
    sources()
      .filter(hashing)
      .map(({ path }) => path),
  ).toEqual(mayHash);
});

it('a verb that hashes by itself is found', () => {
  expect(hashing({ path: 'a.ts', text: 'const hash = await needs.passwords.hash(wish.password);' })).toBe(true);
});
