import { type Passwords, passwords } from '#lib/passwords/passwords.ts';
import { madeSettings } from '../made-settings.ts';

const cheap = {
  BCRYPT_ROUNDS: '4',
  PBKDF2_ITERATIONS: '1000',
  ARGON2_MEMORY_COST: '64',
  ARGON2_TIME_COST: '1',
  SCRYPT_WORK_FACTOR: '1024',
  SCRYPT_PARALLELISM: '1',
};

export const everyHasher = 'bcrypt_sha256,pbkdf2_sha256,pbkdf2_sha1,argon2,scrypt,bcrypt,sha1,md5,unsalted_sha1,unsalted_md5';

/** Passwords with a laptop's settings, at the lowest costs. */
export function madePasswords(given: Readonly<Record<string, string>> = {}): Passwords {
  return passwords(madeSettings({ ...cheap, ...given }));
}

/** The same, with every format accepted, and this one for new hashes. */
export function preferring(first: string, given: Readonly<Record<string, string>> = {}): Passwords {
  const rest = everyHasher.split(',').filter((name) => name !== first);
  return madePasswords({ PASSWORD_HASHERS: [first, ...rest].join(), ...given });
}
