import crypto, { type Argon2Algorithm, type Argon2Parameters } from 'node:crypto';
import { promisify } from 'node:util';
import { type Argon2Cost, isExcessiveArgon2 } from '#lib/password-algorithms.ts';
import type { MakingHasher } from './hasher.ts';
import { newSalt, saltLength } from './salt.ts';
import { isSameText } from './same-text.ts';

/** Whether this Node has Argon2: from 24.7 on, if it was built with OpenSSL 3.2 or later. */
export const hasArgon2 = typeof crypto.argon2 === 'function';
const derive = hasArgon2 ? promisify<Argon2Algorithm, Argon2Parameters, Buffer>(crypto.argon2) : undefined;

const pattern =
  /^argon2\$(argon2(?:id|i|d))\$v=19\$m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,7})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;
const millisecondsOfOne = 0.0006;
const tagLength = 32;

/**
 * Argon2 (RFC 9106) as Django writes it: `argon2$argon2id$v=19$m=<KiB>,t=<passes>,p=<lanes>$<salt>$<tag>`, salt and tag
 * in base64 without padding. It makes argon2id and reads argon2i and argon2d too, but not version 16, which Node does
 * not have.
 */
export function argon2(today: Argon2Cost): MakingHasher {
  return {
    milliseconds: milliseconds(today),
    read(encoded) {
      const [, variant, memory, passes, lanes, salt = '', expected = ''] = pattern.exec(encoded) ?? [];
      if (variant === undefined || !derive) return undefined;
      const cost = { memory: Number(memory), passes: Number(passes), lanes: Number(lanes) };
      const [nonce, length] = [Buffer.from(salt, 'base64'), Buffer.from(expected, 'base64').length];
      return {
        milliseconds: milliseconds(cost),
        isExcessive: isExcessiveArgon2(cost),
        isOutdated: variant !== 'argon2id' || !isSameCost(cost, today) || nonce.length < saltLength || length !== tagLength,
        matches: async (password) => isSameText(await tag(variant as Argon2Algorithm, password, nonce, cost, length), expected),
      };
    },
    async make(password) {
      const salt = Buffer.from(newSalt());
      const { memory: m, passes: t, lanes: p } = today;
      return `argon2$argon2id$v=19$m=${m},t=${t},p=${p}$${base64(salt)}$${await tag('argon2id', password, salt, today, tagLength)}`;
    },
    async spend(share) {
      const memory = Math.max(8 * today.lanes, Math.round(share * today.memory));
      await tag('argon2id', '', Buffer.from('nobody’s salt'), { ...today, memory }, tagLength);
    },
  };
}

async function tag(
  variant: Argon2Algorithm,
  message: string,
  nonce: Buffer,
  { lanes, ...cost }: Argon2Cost,
  length: number,
): Promise<string> {
  if (!derive) throw new Error('this Node has no Argon2');
  return base64(await derive(variant, { message, nonce, parallelism: lanes, tagLength: length, ...cost }));
}

const milliseconds = ({ memory, passes }: Argon2Cost) => memory * passes * millisecondsOfOne;
const isSameCost = (one: Argon2Cost, other: Argon2Cost) =>
  one.memory === other.memory && one.passes === other.passes && one.lanes === other.lanes;
const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
