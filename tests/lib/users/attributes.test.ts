import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { attributes } from '#attributes.ts';
import { shortText } from '#lib/hooks/fields.ts';
import { type Attributes, attributesOf, declareAttributes, namesFor, refuseUnsoundAttributes } from '#lib/users/attributes.ts';

const anyone = { read: 'self', write: 'self' } as const;

describe('attributes of a project', () => {
  test('are refused without a bound, with a name that is none, or where they take more than a row should', () => {
    const refusal = (declared: Attributes | undefined) => {
      try {
        refuseUnsoundAttributes(declared);
        return 'none';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(refusal(attributes)).toBe('none');
    expect(refusal({})).toBe('none');
    expect(refusal(undefined)).toContain('attributes.ts has to export attributes');
    expect(refusal({ note: { schema: v.string(), ...anyone } })).toContain('note is a text of any length');
    for (const name of ['Nickname', '1st', 'two words', '__proto__x', 'x'.repeat(65)])
      expect(refusal({ [name]: { schema: v.boolean(), ...anyone } })).toContain('a name is at most 64 small letters');
    expect(refusal({ life: { schema: shortText(6000), ...anyone } })).toContain('bytes of 16384');
  });

  test('are read by those who may, and written by those who may', () => {
    const declared = declareAttributes({
      nickname: { schema: v.string(), ...anyone },
      money: { schema: v.number(), read: 'self', write: 'staff' },
      note: { schema: v.string(), read: 'staff', write: 'staff' },
      born: { schema: v.string(), read: 'self', write: 'nobody' },
    });
    expect(namesFor(declared, 'read', 'self')).toEqual(['nickname', 'money', 'born']);
    expect(namesFor(declared, 'read', 'staff')).toEqual(['nickname', 'money', 'note', 'born']);
    expect(namesFor(declared, 'write', 'self')).toEqual(['nickname']);
    expect(namesFor(declared, 'write', 'staff')).toEqual(['nickname', 'money', 'note']);
  });

  test('have the types they were declared with, and only what was declared and fits', () => {
    const of = attributesOf(attributes, { attributes: { nickname: 'Ada', money: 'much', height: 3 } });
    const nickname: string | undefined = of.nickname;
    expect([nickname, of]).toEqual(['Ada', { nickname: 'Ada' }]);
  });
});
