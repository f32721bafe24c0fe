import { scrypt as derive, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import { isExcessiveScrypt, type ScryptCost } from '#lib/password-algorithms.ts';
import { type MakingHasher, powersOfTwo } from './hasher.ts';
import { newSalt } from './salt.ts';
import { isSameText } from './same-text.ts';

const deriveKey = promisify<string, string, number, ScryptOptions, Buffer>(derive);
const pattern = /^scrypt\$([1-9]\d{0,11})\$([^$]+)\$([1-9]\d{0,9})\$([1-9]\d{0,9})\$([A-Za-z0-9+/]{86}==)$/;
const millisecondsOfOne = 0.00024;
const leastExponent = 6;

/** scrypt (RFC 7914) as Django writes it: `scrypt$<N>$<salt>$<r>$<p>$<64 bytes in base64>`. */
export function scrypt(today: ScryptCost): MakingHasher {
  return {
    milliseconds: milliseconds(today),
    read(encoded) {
      const [, N, salt, r, p, expected] = pattern.exec(encoded) ?? [];
      if (salt === undefined || expected === undefined) return undefined;
      const cost = { N: Number(N), r: Number(r), p: Number(p) };
      return {
        milliseconds: milliseconds(cost),
        isExcessive: isExcessiveScrypt(cost),
        isOutdated: cost.N !== today.N || cost.r !== today.r || cost.p !== today.p,
        matches: async (password) => isSameText(await key(password, salt, cost), expected),
      };
    },
    async make(password) {
      const salt = newSalt();
      return `scrypt$${today.N}$${salt}$${today.r}$${today.p}$${await key(password, salt, today)}`;
    },
    async spend(share) {
      const { N, r, p } = today;
      const whole = Math.floor(share * p);
      if (whole > 0) await key('', 'nobody', { N, r, p: whole });
      for (const exponent of powersOfTwo((share * p - whole) * N, leastExponent)) await key('', 'nobody', { N: 2 ** exponent, r, p: 1 });
    },
  };
}

async function key(password: string, salt: string, cost: ScryptCost): Promise<string> {
  const maxmem = 129 * cost.N * cost.r + 256 * cost.r * cost.p + 65_536;
  return (await deriveKey(password, salt, 64, { ...cost, maxmem })).toString('base64');
}

const milliseconds = ({ N, r, p }: ScryptCost) => N * r * p * millisecondsOfOne;
