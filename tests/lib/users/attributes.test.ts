import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { attributes } from '#attributes.ts';
import { shortText } from '#lib/hooks/fields.ts';
import { type Attributes, attributesOf, declareAttributes, namesFor, refuseUnsoundAttributes } from '#lib/users/attributes.ts';
import { registrationForm } from '#lib/users/profile-form.ts';

const anyone = { read: 'self', write: 'self' } as const;

describe('attributes of a project', () => {
  test('are refused if they have no bound, an invalid name, or more bytes than a row may have', () => {
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

  test('are read and written only by the readers and writers that they declare', () => {
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

  test('are part of the registration form if they declare it, and required if they declare that', () => {
    const text = { schema: v.pipe(shortText(5), v.nonEmpty('blank')), ...anyone };
    const sound = { name: 'Ada', email: 'ada@example.com', password: 'x', password_confirmation: 'x' };
    const asked = (declared: Attributes, given: object) => {
      const { success, output, issues } = v.safeParse(registrationForm(declared), { ...sound, ...given });
      return success ? output.attributes : issues.map((issue) => v.getDotPath(issue));
    };
    const [optional, required] = [
      { ...text, atRegistration: 'optional' },
      { ...text, atRegistration: 'required' },
    ] as const;
    const given = { attributes: { shop: 'A', team: 'B', money: 5 } };
    expect(asked({ money: text }, given)).toBeUndefined();
    expect(asked({ shop: optional, team: required, money: text }, given)).toEqual({ shop: 'A', team: 'B' });
    expect([asked({ shop: optional }, {}), asked({ shop: optional }, { attributes: { shop: null } })]).toEqual([undefined, { shop: null }]);
    expect(asked({ shop: optional }, { attributes: { shop: 'longer' } })).toEqual(['attributes.shop']);
    expect(asked({ team: required }, {})).toEqual(['attributes']);
    for (const none of [{}, { team: null }, { team: '' }])
      expect(asked({ team: required }, { attributes: none })).toEqual(['attributes.team']);
  });

  test('have their declared types; undeclared or invalid values are left out', () => {
    const of = attributesOf(attributes, { attributes: { nickname: 'Ada', money: 'much', height: 3 } });
    const nickname: string | undefined = of.nickname;
    expect([nickname, of]).toEqual(['Ada', { nickname: 'Ada' }]);
  });
});
