import { pbkdf2 as derive } from 'node:crypto';
import { promisify } from 'node:util';
import { mostIterations } from '#lib/password-algorithms.ts';
import type { MakingHasher } from './hasher.ts';
import { newSalt, saltLength } from './salt.ts';
import { isSameText } from './same-text.ts';

const deriveKey = promisify(derive);
const lengths = { sha256: 32, sha1: 20 } as const;
const millisecondsEach = 0.000131;

/** PBKDF2 (RFC 8018 §5.2) as Django writes it: `pbkdf2_sha256$<iterations>$<salt>$<key in base64>`. */
export function pbkdf2(digest: keyof typeof lengths, todaysIterations: number): MakingHasher {
  const algorithm = `pbkdf2_${digest}`;
  const pattern = new RegExp(`^${algorithm}\\$([1-9]\\d{0,11})\\$([^$]+)\\$([A-Za-z0-9+/]+=*)$`);
  const key = async (password: string, salt: string, iterations: number) =>
    (await deriveKey(password, salt, iterations, lengths[digest], digest)).toString('base64');

  return {
    milliseconds: todaysIterations * millisecondsEach,
    read(encoded) {
      const [, count, salt, hash] = pattern.exec(encoded) ?? [];
      if (count === undefined || salt === undefined || hash === undefined) return undefined;
      const iterations = Number(count);
      return {
        milliseconds: iterations * millisecondsEach,
        isExcessive: iterations > mostIterations,
        isOutdated: iterations !== todaysIterations || salt.length < saltLength,
        matches: async (password) => isSameText(await key(password, salt, iterations), hash),
      };
    },
    async make(password) {
      const salt = newSalt();
      return `${algorithm}$${todaysIterations}$${salt}$${await key(password, salt, todaysIterations)}`;
    },
    async spend(share) {
      await key('', 'nobody', Math.max(1, Math.round(share * todaysIterations)));
    },
  };
}
