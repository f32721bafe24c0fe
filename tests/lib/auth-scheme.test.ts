import { expect, test } from 'vitest';
import { authScheme, takesScheme } from '#lib/auth-scheme.ts';

test('Token and Basic are what they are in Django REST Framework, in any case; every other word is a name of access tokens', () => {
  for (const word of ['Token', 'token', 'TOKEN']) expect(authScheme(word)).toBe('token');
  for (const word of ['Basic', 'basic', 'BASIC']) expect(authScheme(word)).toBe('basic');
  for (const word of ['Bearer', 'JWT', 'Tokens', 'Basi', 'constructor']) expect(authScheme(word)).toBe('jwt');
});

test('a stage takes the schemes it names, and no other', () => {
  expect([takesScheme(['JWT'], 'jwt'), takesScheme(['JWT'], 'token'), takesScheme(['JWT', 'token'], 'token')]).toEqual([true, false, true]);
});
