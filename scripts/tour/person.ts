import { randomBytes, randomInt } from 'node:crypto';

export type Person = {
  readonly name: string;
  readonly email: string;
  /** In E.164, and as it is dialled in China, the default country of numbers without a country code. */
  readonly mobile: { readonly international: string; readonly national: string };
  readonly password: string;
};

/** A new person, so that the tour can be repeated. */
export function newPerson(name: string): Person {
  const tail = randomBytes(4).toString('hex');
  const digits = String(randomInt(10 ** 8)).padStart(8, '0');
  return {
    name: `${name}-${tail}`,
    email: `${name}.${tail}@example.com`,
    mobile: { international: `+86138${digits}`, national: `138 ${digits.slice(0, 4)} ${digits.slice(4)}` },
    password: randomBytes(9).toString('base64url'),
  };
}
