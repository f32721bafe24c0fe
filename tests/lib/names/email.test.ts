import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emailKey, shownEmail } from '#lib/names/email.ts';
import { cpuMsSince } from '../cpu-time.ts';

const local = (length: number) => 'a'.repeat(length);
const label = `${'d'.repeat(61)}.`;
const domain = (length: number) =>
  `${label
    .repeat(9)
    .slice(0, length - 4)
    .replace(/\.$/, 'd')}.com`;

describe('an e-mail address', () => {
  test.for([
    'a@b.co',
    'first.last+tag@sub.example.com',
    "!#$%&'*+/=?^_`{|}~-@example.com",
    '1@1.cn',
    'a@xn--fiqs8s.xn--fiqs8s',
    `${local(64)}@example.com`,
    `a@${'b'.repeat(63)}.com`,
    'a@a-b.example.museum',
  ])('%s is one', (email) => {
    expect(emailKey(email)).toBe(email.toLowerCase());
  });

  test.for([
    '',
    '@',
    'a@',
    '@b.co',
    'a@b',
    'a@b.c',
    'a b@c.co',
    'a@b c.co',
    'a@@b.co',
    'a@b@c.co',
    '.a@b.co',
    'a.@b.co',
    'a..b@c.co',
    'a@.b.co',
    'a@b..co',
    'a@b.co.',
    'a@-b.co',
    'a@b-.co',
    'a@b.1a',
    'a@[127.0.0.1]',
    'a@127.0.0.1',
    '"a b"@c.co',
    'a@b.co\n@d.co',
    'a@b_c.co',
    'ä@b.co',
    'a@bücher.de',
    'a\0@b.co',
    'a@b.co\0',
    'A <a@b.co>',
    'mailto:a@b.co',
    'a,b@c.co',
    `${local(65)}@example.com`,
    `a@${'b'.repeat(64)}.com`,
  ])('%j is none', (email) => {
    expect(emailKey(email)).toBeUndefined();
  });

  test.for([
    ['a＠b.co', 'a@b.co'],
    ['ａ@ｂ．ｃｏ', 'a@b.co'],
    ['a@b。co', 'a@b.co'],
    ['a@b.co\u200b', 'a@b.co'],
    ['\u202aa@b.co\u202c', 'a@b.co'],
    ['\ufeffa@b.co', 'a@b.co'],
    ['a@b\u2011c.co', 'a@b-c.co'],
  ])('%j, as keyboards and the clipboard write it, is %s', ([typed = '', meant]) => {
    expect([shownEmail(typed), emailKey(typed)]).toEqual([meant, meant]);
  });

  test('has at most 254 characters', () => {
    const at = (length: number) => `${local(10)}@${domain(length - 11)}`;
    expect(at(254)).toHaveLength(254);
    expect(emailKey(at(254))).toBe(at(254));
    expect(emailKey(at(255))).toBeUndefined();
  });

  test('is unique in lower case, without white space around it', () => {
    expect(emailKey(' Ann@Example.COM\n')).toBe('ann@example.com');
    expect(emailKey('a.nn@example.com')).not.toBe(emailKey('ann@example.com'));
  });

  test('has a key that is its own key', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => emailKey(email) === undefined || emailKey(emailKey(email) ?? '') === emailKey(email)),
    );
  });

  test('is told from what is none at once, whatever it is made of', () => {
    const start = process.cpuUsage();
    for (const piece of ['a', 'a.', '.', '-', 'a-', '@', 'a@', 'a@a.', ' ']) {
      emailKey(piece.repeat(30_000));
      for (const length of [100, 253]) emailKey(`a@${piece.repeat(length)}`.slice(0, length));
    }
    expect(cpuMsSince(start)).toBeLessThan(500);
  });
});
