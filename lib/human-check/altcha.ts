import { createChallenge } from 'altcha-lib/v1';
import * as v from 'valibot';
import { isSameText } from '#lib/passwords/same-text.ts';
import type { Solved } from './proof-store.ts';

const algorithm = 'SHA-256';

/** A challenge for ALTCHA's widget: find a number up to `maxnumber` so that hash(`salt` + number) is `challenge`. */
export const challengeView = v.object({
  algorithm: v.literal(algorithm),
  challenge: v.string(),
  maxnumber: v.number(),
  salt: v.string(),
  signature: v.string(),
});
/** A challenge to solve. */
export type Challenge = v.InferOutput<typeof challengeView>;

/** A new challenge, signed with `key`, that can be solved until `expiresAt`. */
export async function newChallenge(key: string, maxnumber: number, expiresAt: Date): Promise<Challenge> {
  return { ...(await createChallenge({ algorithm, hmacKey: key, maxnumber, expires: expiresAt })), algorithm, maxnumber };
}

/**
 * Salt and number are hashed as one text, so moving digits from one to the other gives the same hash with another
 * expiry, or none. The library also accepts several spellings of a solution. Here each part has exactly one.
 */
const solution = v.object({
  algorithm: v.literal(algorithm),
  challenge: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  number: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  salt: v.pipe(v.string(), v.regex(/^[0-9a-f]{24}\?expires=\d{10}&$/)),
  signature: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

/** A solved challenge that one of our keys signed and that has not expired, or why it is refused. `text` is base64 of JSON. */
export async function readSolution(text: string, keys: readonly string[], now: Date): Promise<Solved | { readonly refused: string }> {
  const parsed = v.safeParse(solution, readPayload(text));
  if (!parsed.success) return { refused: 'no solution of a challenge' };
  const { number, salt, challenge, signature } = parsed.output;
  const expiresAt = Number(salt.slice(-11, -1));
  if (expiresAt * 1000 <= now.getTime()) return { refused: 'the challenge has expired' };
  for (const hmacKey of keys) {
    const expected = await createChallenge({ algorithm, hmacKey, number, salt });
    if (isSameText(expected.challenge, challenge) && isSameText(expected.signature, signature)) return { signature, expiresAt };
  }
  return { refused: 'not solved, or not ours' };
}

function readPayload(text: string): unknown {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}
