import { createHash } from 'node:crypto';
import bcryptjs from 'bcryptjs';
import { mostRounds } from '#lib/password-algorithms.ts';
import { type Hasher, type MakingHasher, powersOfTwo, type StoredHash } from './hasher.ts';
import { isSameText } from './same-text.ts';

const pattern = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/;
const millisecondsOfOne = 0.069;
/** A well-formed salt for decoy work: bcryptjs rejects a malformed salt at once, without any work. */
const nobodysSalt = 'Gatehouse.Decoy.Salt..';
const leastRounds = 4;

/** Django's `bcrypt_sha256$<bcrypt>`: bcrypt of the hex SHA-256, so that every character of a long password counts. */
export function bcryptSha256(todaysRounds: number): MakingHasher {
  return {
    milliseconds: millisecondsOfOne * 2 ** todaysRounds,
    read: (encoded) => readBcrypt(after('bcrypt_sha256$', encoded), digest, todaysRounds),
    make: async (password) => `bcrypt_sha256$${await bcryptjs.hash(digest(password), todaysRounds)}`,
    async spend(share) {
      for (const rounds of powersOfTwo(share * 2 ** todaysRounds, leastRounds)) await bcryptjs.hash('', saltOf(rounds));
    },
  };
}

/** Django's `bcrypt$<bcrypt>`: bcrypt of the password itself, of which it reads 72 bytes. Only verifies. */
export const plainBcrypt: Hasher = {
  read: (encoded) => readBcrypt(after('bcrypt$', encoded), (password) => password),
};

function readBcrypt(bcrypt: string, prepare: (password: string) => string, todaysRounds?: number): StoredHash | undefined {
  const rounds = Number(pattern.exec(bcrypt)?.[1]);
  if (Number.isNaN(rounds)) return undefined;
  return {
    milliseconds: millisecondsOfOne * 2 ** rounds,
    isExcessive: rounds > mostRounds,
    isOutdated: rounds !== todaysRounds,
    matches: async (password) => isSameText(await bcryptjs.hash(prepare(password), bcrypt.slice(0, 29)), bcrypt),
  };
}

const after = (prefix: string, text: string) => (text.startsWith(prefix) ? text.slice(prefix.length) : '');
const digest = (password: string) => createHash('sha256').update(password, 'utf8').digest('hex');
const saltOf = (rounds: number) => `$2b$${String(rounds).padStart(2, '0')}$${nobodysSalt}`;
