import { expect, test } from 'vitest';
import { authScheme, takesScheme } from '#lib/auth-scheme.ts';

test('Token and Basic mean what they mean in Django REST Framework, in any case; every other word names access tokens', () => {
  for (const word of ['Token', 'token', 'TOKEN']) expect(authScheme(word)).toBe('token');
  for (const word of ['Basic', 'basic', 'BASIC']) expect(authScheme(word)).toBe('basic');
  for (const word of ['Bearer', 'JWT', 'Tokens', 'Basi', 'constructor']) expect(authScheme(word)).toBe('jwt');
});

test('a stage accepts the schemes it names and no others', () => {
  expect([takesScheme(['JWT'], 'jwt'), takesScheme(['JWT'], 'token'), takesScheme(['JWT', 'token'], 'token')]).toEqual([true, false, true]);
});
