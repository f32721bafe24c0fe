import type { Code, CodeProof } from '#lib/codes/code.ts';
import type { Sending } from '#lib/codes/code-store.ts';
import { randomId, uuidv7 } from '#lib/ids.ts';

/** In the future, because DynamoDB Local deletes expired rows too. */
export const noonSeconds = 4_080_000_000;

/** A code of a target that no other test has, with changes. */
export function madeCode(given: Partial<Code> = {}): Code {
  const ref = randomId().slice(0, 22);
  return {
    key: `code#login#${randomId()}`,
    ref,
    userId: 'ada',
    epoch: 0,
    digitsUntil: noonSeconds + 600,
    expiresAt: noonSeconds + 600,
    isSpent: false,
    ...given,
  };
}

/** The proof that its digits are known. */
export const proofOf = ({ key, ref, userId, epoch }: Code): CodeProof => ({ key, ref, until: 'digits_until', userId, epoch });

/** A code to send, with a pause of a minute. */
export function sendingOf(code: Code, given: Partial<Sending> = {}): Sending {
  const at = new Date(1000 * noonSeconds);
  const news = {
    id: uuidv7(at),
    channel: 'email',
    to: 'ada@example.com',
    template: 'code',
    purpose: 'login',
    language: 'en',
    secret: { ref: code.ref, endsAt: new Date(at.getTime() + 600_000) },
    at,
    expiresAt: new Date(at.getTime() + 600_000),
  } as const;
  return {
    code,
    gap: { key: `code-gap#${code.key}`, untilSeconds: noonSeconds + 60 },
    aliases: [],
    news,
    nowSeconds: noonSeconds,
    ...given,
  };
}
