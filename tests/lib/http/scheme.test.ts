import { expect, test } from 'vitest';
import { bySchemes, type Scheme, schemesBy } from '#lib/http/scheme.ts';
import { client } from '../users/made-service.ts';

const sayingWhich =
  (name: string): Scheme =>
  async (credentials, { address }) => ({ sub: `${name} ${credentials} ${address}`, jti: 'j', roles: [], exp: 1 });
const own = { jwt: sayingWhich('jwt'), token: sayingWhich('token') };
const ask = async (words: string[], authorization: string) => {
  const outcome = await bySchemes(schemesBy(words, own), authorization, client);
  return 'code' in outcome ? outcome.code : outcome.sub;
};

test('each word leads to its scheme, with the credentials and the client', async () => {
  const words = ['Bearer', 'JWT', 'Token'];
  for (const [header, sub] of [
    ['bearer x', 'jwt x 192.0.2.1'],
    ['JWT x', 'jwt x 192.0.2.1'],
    [' TOKEN   x ', 'token x 192.0.2.1'],
    ['Bearer\tx', 'jwt x 192.0.2.1'],
  ] as const)
    expect(await ask(words, header)).toBe(sub);
});

test('a word is refused if the stage does not name it, or the function does not have its scheme', async () => {
  expect(await ask(['Bearer'], 'Token x')).toBe('not_authenticated');
  expect(await ask(['Bearer', 'Basic'], 'Basic x')).toBe('not_authenticated');
  for (const word of ['constructor', '__proto__', 'toString', '']) expect(await ask(['Bearer'], `${word} x`)).toBe('not_authenticated');
});

test('a scheme takes one word of credentials', async () => {
  for (const header of ['Bearer', 'Bearer x y']) expect(await ask(['Bearer'], header)).toBe('bad_authorization_header');
});
