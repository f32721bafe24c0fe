import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseFields } from '#lib/http/parse-fields.ts';
import { Problem } from '#lib/problem.ts';
import { credentials, djangoCredentials, djangoCredentialsWithoutCookies } from '#lib/sign-in/credentials.ts';
import { sharedData } from '../../shared-data.ts';

const read = (fields: unknown, schema: typeof credentials = credentials) => parseFields(schema, fields);
const errorsOf = (fields: unknown, schema = credentials) => {
  try {
    read(fields, schema);
  } catch (error) {
    expect(error).toBeInstanceOf(Problem);
    return (error as Problem).options.errors;
  }
  return undefined;
};
const phrase = (name: string) => [expect.objectContaining({ phrase: name })];

describe('the body of a sign-in', () => {
  test.for(['username', 'email', 'mobile'])('may have any identifier as %s', (field) => {
    for (const identifier of ['ann', 'ann@example.com', '+8613800138000', '138 0013 8000']) {
      expect(read({ [field]: identifier, password: 'p' })).toEqual({ identifier, password: 'p', isRemembered: false, wantsCookies: false });
    }
  });

  test('uses the first filled identifier', () => {
    expect(read({ username: ' ', email: null, mobile: 13800138000, password: 'p' })).toMatchObject({ identifier: '13800138000' });
    expect(read({ username: 'a', email: 'b@c.de', mobile: '1', password: 'p' })).toMatchObject({ identifier: 'a' });
  });

  test('keeps the password as typed, with white space', () => {
    for (const password of [' ', ' p ', '\tp\n', '密 码']) expect(read({ username: 'a', password })).toMatchObject({ password });
    expect(read({ username: 'a', password: 12345678 })).toMatchObject({ password: '12345678' });
  });

  test('may ask for a long session', () => {
    for (const [given, isRemembered] of [
      [true, true],
      ['on', true],
      ['1', true],
      [false, false],
      ['', false],
      ['0', false],
    ]) {
      expect(read({ username: 'a', password: 'p', remembered: given })).toMatchObject({ isRemembered });
    }
  });

  test('may ask for cookies, and is refused on a route without cookies', () => {
    const asking = (cookies: unknown) => ({ username: 'a', password: 'p', cookies });
    for (const cookies of [true, 'on', '1']) {
      expect(read(asking(cookies))).toMatchObject({ wantsCookies: true });
      expect(errorsOf(asking(cookies), djangoCredentialsWithoutCookies)).toEqual({ cookies: phrase('no_cookies_here') });
    }
    for (const cookies of [false, '', undefined])
      expect(read(asking(cookies), djangoCredentialsWithoutCookies)).toMatchObject({ identifier: 'a', wantsCookies: false });
  });

  test('drops unknown fields', () => {
    const fields = JSON.parse(
      '{"username":"a","password":"p","isRemembered":true,"identifier":"admin","__proto__":{"mobile":"x"},"roles":["admin"]}',
    );
    expect(read(fields)).toEqual({ identifier: 'a', password: 'p', isRemembered: false, wantsCookies: false });
  });
});

describe('a refused body names the invalid field', () => {
  test('if all fields are missing', () => {
    expect(errorsOf({})).toEqual({ username: phrase('identifier_required'), password: phrase('required') });
  });

  test('if the identifier is empty', () => {
    for (const empty of [{}, { username: '' }, { username: ' ', email: '\n', mobile: '' }, { username: null }]) {
      expect(errorsOf({ ...empty, password: 'p' })).toEqual({ username: phrase('identifier_required') });
    }
  });

  test.for([
    [{}, 'required'],
    [{ username: '' }, 'blank'],
    [{ username: ' ' }, 'blank'],
    [{ username: null }, 'null'],
    [{ email: '' }, 'identifier_required'],
  ] as const)('%j in the words that clients of Django know, where they sign in', ([fields, name]) => {
    for (const schema of [djangoCredentials, djangoCredentialsWithoutCookies])
      expect(errorsOf({ ...fields, password: 'p' }, schema)).toEqual({ username: phrase(name) });
  });

  test.for([
    ['', 'blank'],
    [null, 'null'],
    [true, 'not_a_string'],
    [['p'], 'not_a_string'],
    [{ $ne: '' }, 'not_a_string'],
    ['\ud800', 'surrogates'],
    ['p\0', 'null_characters'],
  ] as const)('with the password %j', ([password, name]) => {
    expect(errorsOf({ username: 'a', password })).toEqual({ password: phrase(name) });
  });

  test.for(['username', 'email', 'mobile'])('if %s is not a text', (field) => {
    for (const odd of [true, [], ['ann'], { $gt: '' }, 2 ** 53])
      expect(errorsOf({ [field]: odd, password: 'p' })).toHaveProperty(field, phrase('not_a_string'));
  });
});

const naughty = sharedData('blns/blns.json');
test.runIf(naughty)('any string of the naughty list is a text like any other', () => {
  for (const text of JSON.parse(readFileSync(naughty ?? '', 'utf8')) as string[]) {
    for (const field of ['username', 'email', 'mobile', 'password', 'remembered'])
      errorsOf({ username: 'a', password: 'p', [field]: text });
    if (text.trim()) expect(read({ username: text, password: text })).toMatchObject({ identifier: text, password: text });
  }
});
