import { warnAlarm } from '#lib/log.ts';
import { breachDigest } from './breach-digest.ts';
import type { Breaches } from './breaches.ts';

/** The service of Have I Been Pwned: https://haveibeenpwned.com/API/v3#PwnedPasswords */
const pwnedPasswords = 'https://api.pwnedpasswords.com/range/';
const prefixLength = 5;

type Needs = {
  /** The stage of the metric `breaches_not_asked`. */
  readonly stage: string;
  readonly url?: string;
  readonly patienceMilliseconds?: number;
};

/**
 * Asks Pwned Passwords by range. Five of the 40 hexadecimal digits of the SHA-1 of the password are sent, and answered with the rest of each
 * hash that begins with them and its count. Padding hides how many there are; padded lines have the count 0. An answer that does not come
 * within a second counts as none, and so does one that is not a list.
 */
export function rangeBreaches({ stage, url = pwnedPasswords, patienceMilliseconds = 1000 }: Needs): Breaches {
  return {
    async has(password) {
      const digest = breachDigest(password).toString('hex').toUpperCase();
      try {
        const lines = await ask(`${url}${digest.slice(0, prefixLength)}`, patienceMilliseconds);
        return lines.some((line) => isOf(line, digest.slice(prefixLength)));
      } catch (error) {
        warnAlarm('breaches_not_asked', stage, { reason: reasonOf(error) });
        return false;
      }
    },
  };
}

async function ask(url: string, patienceMilliseconds: number): Promise<string[]> {
  const headers = { 'add-padding': 'true', 'user-agent': 'Gatehouse' };
  const answer = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(patienceMilliseconds) });
  const text = await answer.text();
  if (answer.status !== 200) throw new NoList(`status ${answer.status}`);
  const lines = text.trimEnd().split(/\r?\n/);
  if (!lines.every((line) => /^[0-9A-F]{35}:\d+$/i.test(line))) throw new NoList('no list of hashes');
  return lines;
}

const isOf = (line: string, rest: string) => line.slice(0, rest.length).toUpperCase() === rest && Number(line.slice(rest.length + 1)) >= 1;

class NoList extends Error {}
/** The reason for the log: never the address, which has a part of the hash. */
function reasonOf(error: unknown): string {
  if (error instanceof NoList) return error.message;
  return error instanceof Error && error.name === 'TimeoutError' ? 'no answer in time' : 'not reached';
}
