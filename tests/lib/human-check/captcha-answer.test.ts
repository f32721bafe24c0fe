import { describe, expect, test } from 'vitest';
import { alphabet, asAnswer, captchaId, newAnswer } from '#lib/human-check/captcha-answer.ts';
import { glyphs } from '#lib/human-check/captcha-glyphs.ts';

describe('an answer', () => {
  test('is five letters of the alphabet, evenly distributed', () => {
    const chances = Array.from({ length: alphabet.length }, (_, index) => (index + 0.5) / alphabet.length);
    expect(chances.map((chance) => newAnswer(() => chance)[0]).join('')).toBe(alphabet);
    expect(newAnswer(() => 0)).toBe('AAAAA');
    expect(newAnswer(() => 1 - 2 ** -32)).toBe('77777');
  });

  test('uses letters that can be drawn, each once in the alphabet', () => {
    expect([...glyphs.keys()].sort()).toEqual([...alphabet].sort());
    expect(new Set(alphabet).size).toBe(alphabet.length);
  });

  test('has no two letters that look alike', () => {
    for (const alike of ['0ODQ', '1ILJ', 'TJ', '2Z', '5S', '6G', '8B3', '9G', '4A', 'AH', 'EF', 'MNH', 'PR', 'UV', 'XK', 'XY', 'CG']) {
      expect([...alike].filter((letter) => alphabet.includes(letter)).length, alike).toBeLessThan(2);
    }
  });

  test.for(['awx37', 'AWX37', ' aWx37 ', 'A W X 3 7', 'ＡＷＸ３７', 'ａｗｘ３７', 'awx\u00a037\n'])('may be entered as %j', (typed) => {
    expect(asAnswer(typed)).toBe('AWX37');
  });

  test('is a different one with a letter more or less', () => {
    for (const typed of ['AWX3', 'AWX377', '', 'AWX3７７']) expect(asAnswer(typed)).not.toBe('AWX37');
  });
});

describe('the id of a picture', () => {
  test('is a UUID in any case, and the same id in each', () => {
    expect(captchaId('0190E3A0-7B1C-7DEF-8ABC-0123456789AB')).toBe('0190e3a0-7b1c-7def-8abc-0123456789ab');
  });

  test.for([
    '',
    'x',
    '0190e3a07b1c7def8abc0123456789ab',
    '{0190e3a0-7b1c-7def-8abc-0123456789ab}',
    'urn:uuid:0190e3a0-7b1c-7def-8abc-0123456789ab',
    '0190e3a0-7b1c-7def-8abc-0123456789ab\n',
    '0190e3a0-7b1c-7def-8abc-0123456789ag',
    '../0190e3a0-7b1c-7def-8abc-0123456789ab',
    '0190e3a0-7b1c-7def-8abc-0123456789ab0',
  ])('is not %j', (text) => {
    expect(captchaId(text)).toBeUndefined();
  });
});
