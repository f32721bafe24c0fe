import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { languages, preferredLanguage } from '#lib/language.ts';
import { cpuMsSince } from './cpu-time.ts';

describe('the language of an answer', () => {
  test.for([
    ['zh-CN', 'zh-CN'],
    ['zh', 'zh-CN'],
    ['zh-TW', 'zh-CN'],
    ['ZH-cn', 'zh-CN'],
    ['en', 'en'],
    ['en-GB,en;q=0.9', 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
    ['en;q=0.8,zh;q=0.9', 'zh-CN'],
    ['fr-FR, zh;q=0.1', 'zh-CN'],
    ['en, zh', 'en'],
    ['zh, en', 'zh-CN'],
    ['zh;q=0, en;q=0.1', 'en'],
    ['zh; q=0.5, en; q=0.4', 'zh-CN'],
    ['zh;level=1;q=0.3,en;q=0.2', 'zh-CN'],
  ] as const)('for %j is %s', ([wished, language]) => {
    expect(preferredLanguage(wished)).toBe(language);
  });

  test.for([undefined, '', '*', 'fr', 'de-CH,fr;q=0.5', 'zhx', 'english', ',,,', ';q=1', 'zh;q=0', 'zh;q=0.000', '\0'])(
    'for %j is English',
    (wished) => {
      expect(preferredLanguage(wished)).toBe('en');
    },
  );

  test('allows white space before a weight (RFC 9110 §12.4.2)', () => {
    expect(preferredLanguage('zh ;q=0.9, en;q=0.1')).toBe('zh-CN');
  });

  test('is always a supported one, whatever the header', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (wished) => languages.includes(preferredLanguage(wished))));
  });

  test('is found quickly in a header of a megabyte', () => {
    const start = process.cpuUsage();
    preferredLanguage('en;q=0.1,'.repeat(120_000));
    preferredLanguage(`${' '.repeat(1_000_000)}zh`);
    expect(cpuMsSince(start)).toBeLessThan(200);
  });
});
