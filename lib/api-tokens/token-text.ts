import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { ApiToken } from './api-token.ts';

/** The prefix that scanners for leaked secrets search for. */
const prefix = 'gth_';
const [idBytes, secretBytes, checksumBytes] = [16, 32, 4];
const pattern = /^gth_[A-Za-z0-9_-]{70,300}$/;

/** What the text of a token holds: its id, its user and its hash. */
export type Named = Pick<ApiToken, 'userId' | 'id' | 'hash'>;

/**
 * The text of a new API token: `gth_`, and in base64url its id, 256 random bits, its user's id, and a CRC-32 of these.
 * With the checksum, a scanner recognises tokens, and we refuse a garbled text without a read.
 */
export function newTokenText({ userId, id }: Pick<ApiToken, 'userId' | 'id'>): { readonly text: string; readonly hash: string } {
  const said = Buffer.concat([Buffer.from(id, 'hex'), randomBytes(secretBytes), Buffer.from(userId, 'utf8')]);
  const text = `${prefix}${Buffer.concat([said, checksum(said)]).toString('base64url')}`;
  return { text, hash: hashOf(text) };
}

/** The contents of a token's text; undefined if it is not one. A token has one spelling, and all of it is hashed. */
export function readTokenText(text: string): Named | undefined {
  if (!pattern.test(text)) return undefined;
  const encoded = text.slice(prefix.length);
  const bytes = Buffer.from(encoded, 'base64url');
  const said = bytes.subarray(0, -checksumBytes);
  if (bytes.toString('base64url') !== encoded || !checksum(said).equals(bytes.subarray(-checksumBytes))) return undefined;
  const id = said.subarray(0, idBytes).toString('hex');
  const userId = said.subarray(idBytes + secretBytes).toString('utf8');
  return userId.isWellFormed() && userId.length > 0 ? { userId, id, hash: hashOf(text) } : undefined;
}

/** Whether two hashes are equal, in a time that tells nothing about how much of them is. */
export function isSameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** One round of SHA-256 is enough: slow hashes protect guessable secrets, and 256 random bits cannot be guessed. */
const hashOf = (text: string) => createHash('sha256').update(text, 'ascii').digest('base64url');

function checksum(bytes: Uint8Array): Buffer {
  const sum = Buffer.alloc(checksumBytes);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}
