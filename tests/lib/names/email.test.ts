import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emailKey, emailStart, shownEmail, wrongEmail } from '#lib/names/email.ts';
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
    'a@bü_cher.de',
    'a@bücher',
    'a@bü cher.de',
    'a@münchen.de/x',
    'a@münchen.de#x',
    'a@münchen.de:25',
    'a@m%C3%BCnchen.ü.de',
    'a@\\münchen.de',
    'a@ü.1',
    'a@-ü.de',
    'a@ü..de',
    'a@ü.de.',
    'a@\u0301ü.de',
    `a@${'ü'.repeat(63)}.de`,
    `a@${'ü.'.repeat(120)}de`,
    'josé@example.com',
    '用户@例子.广告',
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

describe('an e-mail address with a domain of another script', () => {
  test.for([
    ['u@münchen.de', 'u@xn--mnchen-3ya.de'],
    ['U@MÜNCHEN.de', 'u@xn--mnchen-3ya.de'],
    ['u@mu\u0308nchen.de', 'u@xn--mnchen-3ya.de'],
    ['u@例え.jp', 'u@xn--r8jz45g.jp'],
    ['u@例え。jp', 'u@xn--r8jz45g.jp'],
    ['ivan@пример.рф', 'ivan@xn--e1afmkfd.xn--p1ai'],
    ['a@例子.广告', 'a@xn--fsqu00a.xn--4rr70v'],
    ['a@straße.de', 'a@xn--strae-oqa.de'],
    ['a@उदाहरण.भारत', 'a@xn--p1b6ci4b4b3a.xn--h2brj9c'],
    ['a@مثال.إختبار', 'a@xn--mgbh0fb.xn--kgbechtv'],
  ])('%s is the address %s', ([typed = '', ascii = '']) => {
    expect(emailKey(typed)).toBe(ascii);
    expect(emailKey(ascii)).toBe(ascii);
    expect(emailKey(typed.normalize('NFD'))).toBe(ascii);
  });

  test('is shown as it was typed, without what paste adds', () => {
    expect(shownEmail('\u202aU@München.de\u202c')).toBe('U@München.de');
    expect(shownEmail('u@xn--mnchen-3ya.de')).toBe('u@xn--mnchen-3ya.de');
  });

  test('is found by its whole address, and by a beginning of ASCII letters', () => {
    expect(emailStart('U@München.de')).toBe('u@xn--mnchen-3ya.de');
    expect(emailStart(' Ad＠Ex')).toBe('ad@ex');
  });

  test('is told from one with other letters before the @, which is refused with a sentence of its own', () => {
    expect([wrongEmail('josé@example.com'), wrongEmail('用户@例子.广告')]).toEqual(['email_not_ascii', 'email_not_ascii']);
    for (const typed of ['josé', 'josé@', 'josé@x', '@例え.jp', 'a b@c.co', 'josé@b_c.co']) expect(wrongEmail(typed)).toBe('invalid_email');
  });

  test('has a key that is its own key, whatever its letters are', () => {
    const address = fc.tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), fc.constantFrom('de', 'рф', '日本', 'ü.de'));
    fc.assert(
      fc.property(address, ([label, end]) => {
        const key = emailKey(`a@${label}.${end}`);
        if (key !== undefined) expect([emailKey(key), /^[a-z0-9.@!-~]+$/.test(key)]).toEqual([key, true]);
      }),
      { numRuns: 3000 },
    );
  });
});
