import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSameHash, newTokenText, readTokenText } from '#lib/api-tokens/token-text.ts';
import { randomId, uuidv7 } from '#lib/ids.ts';

const named = () => ({ userId: uuidv7(new Date()), id: randomId() });

test('a text names its token and user, and no two are equal', () => {
  for (const userId of [uuidv7(new Date()), '42', 'ünï', 'x'.repeat(128)]) {
    const whose = { userId, id: randomId() };
    const [one, other] = [newTokenText(whose), newTokenText(whose)];
    expect(readTokenText(one.text)).toEqual({ ...whose, hash: one.hash });
    expect(one.text).not.toBe(other.text);
    expect(one.hash).not.toBe(other.hash);
  }
});

test('a text has the shape that scanners for leaked secrets look for, and its hash tells nothing about it', () => {
  const { text, hash } = newTokenText(named());
  expect(text).toMatch(/^gth_[A-Za-z0-9_-]{117,118}$/);
  expect(hash).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(text).not.toContain(hash);
});

test('a text that is changed in any place, cut or extended is not a token', () => {
  const { text } = newTokenText(named());
  const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/. \n'];
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom(...alphabet), (at, letter) => {
      const changed = text.slice(0, at) + letter + text.slice(at + 1);
      return changed === text || readTokenText(changed) === undefined;
    }),
  );
  const others = alphabet.filter((letter) => letter !== text.at(-1)); // some of which encode the same bytes
  for (const letter of others) expect(readTokenText(text.slice(0, -1) + letter)).toBeUndefined();
  for (let length = 0; length < text.length; length += 1) expect(readTokenText(text.slice(0, length))).toBeUndefined();
  for (const more of ['A', '=', '\n', ' ', text]) expect(readTokenText(text + more)).toBeUndefined();
});

test('no text is a fault', () => {
  fc.assert(fc.property(fc.string(), (garbage) => readTokenText(garbage) === undefined && readTokenText(`gth_${garbage}`) === undefined));
});

test('hashes are compared in full', () => {
  expect(isSameHash('abc', 'abc')).toBe(true);
  for (const other of ['abd', 'ab', 'abcd', '']) expect(isSameHash('abc', other)).toBe(false);
});
