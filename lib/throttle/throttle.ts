import { createHmac, randomInt } from 'node:crypto';
import { derivedKey } from '#lib/derived-key.ts';
import { describeError, log } from '#lib/log.ts';
import { type LookupSecrets, makingSecret, type ReadLookupSecrets } from '#lib/lookup-secrets.ts';
import { Problem } from '#lib/problem.ts';
import type { Rate } from '#lib/rate.ts';
import type { CounterStore } from './counter-store.ts';
import { fits, secondsUntilFree } from './sliding-window.ts';

/** One limit and its subject this time: `login-account` and the identifier, `login-address` and the address, … */
export type Limit = {
  readonly name: string;
  readonly rate: Rate;
  readonly subject: string;
  /** How many times the rate is allowed before a try is refused: 1 by default. The caller decides about the tries over the rate. */
  readonly ceiling?: number | undefined;
};

/** A counted try, which can be given back if it should not count. */
export type Spent = {
  readonly name: string;
  readonly key: string;
  /** The key of the window before, if it has tries. */
  readonly keyBefore?: string | undefined;
  /** The tries of the last `windowSeconds` with this one, and the limit. `count` is above `max` up to the ceiling. */
  readonly count: number;
  readonly max: number;
  readonly windowSeconds: number;
};

type Full = { readonly name: string; readonly retryAfterSeconds: number };

type Needs = {
  readonly counters: CounterStore;
  /** The key of the HMAC derives from it: the table holds no address or name, and none can be guessed from it. */
  readonly lookupSecret: ReadLookupSecrets;
  readonly now: () => Date;
};

/** DynamoDB allows 1,000 writes a second to one item, so a limit shared by all callers is spread over several items. */
const triesPerShard = 1000;

/** Limits how often something may be tried. */
export type Throttle = {
  /** Counts a try against every limit, before anything is compared. Throws `throttled` if one is used up. */
  spend(...limits: readonly Limit[]): Promise<readonly Spent[]>;
  /** Gives counted tries back, because they succeeded, or failed through a fault of ours. */
  giveBack(...spent: readonly Spent[]): Promise<void>;
  /** Resets the count of this key. */
  clear(spent: Spent): Promise<void>;
};

/** One limit at this moment: the keys of its counters, and what may be counted. */
type Counted = {
  readonly name: string;
  readonly key: string;
  readonly keyBefore: string;
  readonly max: number;
  readonly ceiling: number;
  readonly windowSeconds: number;
  /** Seconds since the window began. */
  readonly elapsed: number;
  /** When the counter is no longer read: the window after its own has ended. In seconds since 1970. */
  readonly endsAt: number;
};

/**
 * Limits in sliding windows. One conditional write counts each try, so fifty tries at once are all counted.
 * The counts of the windows before are read meanwhile, in one call for all limits.
 */
export function throttle({ counters, lookupSecret, now }: Needs): Throttle {
  const counted = (secrets: LookupSecrets, { name, rate: { max, windowSeconds }, subject, ceiling = 1 }: Limit): Counted => {
    const milliseconds = now().getTime();
    const window = Math.floor(milliseconds / 1000 / windowSeconds);
    const shards = subject === everybody ? Math.min(16, Math.max(1, Math.floor(max / triesPerShard))) : 1;
    const shard = shards > 1 ? `.${randomInt(shards)}` : '';
    const keyOf = (which: number) => {
      // The secret of the window's beginning, so a rotation begins no count anew, neither in a window nor at its end.
      const secret = makingSecret(secrets, which * windowSeconds);
      const hash = createHmac('sha256', derivedKey('counters', secret)).update(`${name}\0${subject}`).digest('base64url');
      return ['throttle', name, `${hash.slice(0, 22)}${shard}`, which].join('#');
    };
    const share = Math.floor(max / shards);
    return {
      ...{ name, windowSeconds, max: share, ceiling: share * ceiling },
      ...{ key: keyOf(window), keyBefore: keyOf(window - 1) },
      elapsed: (milliseconds - window * windowSeconds * 1000) / 1000,
      endsAt: (window + 2) * windowSeconds,
    };
  };

  const count = async (limit: Counted, reading: Promise<ReadonlyMap<string, number>>): Promise<Spent | Full> => {
    const { name, key, keyBefore, max, ceiling, windowSeconds, elapsed, endsAt } = limit;
    const [outcome, earlier] = await Promise.all([counters.add(key, ceiling, endsAt), reading]);
    const before = earlier.get(keyBefore) ?? 0;
    const window = { before, current: outcome === 'full' ? ceiling : outcome, elapsed, windowSeconds };
    if (outcome === 'full') return { name, retryAfterSeconds: secondsUntilFree(window, ceiling) };
    if (fits(window, ceiling)) {
      const used = Math.ceil(outcome + before * (1 - elapsed / windowSeconds));
      return { name, key, keyBefore: before > 0 ? keyBefore : undefined, count: used, max, windowSeconds };
    }
    await counters.giveBack(key);
    return { name, retryAfterSeconds: secondsUntilFree({ ...window, current: outcome - 1 }, ceiling) };
  };

  const giveBack = async (...spent: readonly Spent[]) => {
    await Promise.all(spent.map(({ key }) => counters.giveBack(key)));
  };

  return {
    async spend(...asked) {
      const alive = asked.filter(({ rate }) => rate.max > 0);
      if (alive.length === 0) return [];
      const secrets = await lookupSecret();
      const limits = alive.map((limit) => counted(secrets, limit));
      const reading = counters.counts(limits.map(({ keyBefore }) => keyBefore));
      const settled = await Promise.allSettled(limits.map((limit) => count(limit, reading)));
      const outcomes = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      const spent = outcomes.filter((outcome) => 'key' in outcome);
      const failed = settled.find((result) => result.status === 'rejected');
      const [worst] = outcomes
        .filter((outcome) => 'retryAfterSeconds' in outcome)
        .sort((a, b) => b.retryAfterSeconds - a.retryAfterSeconds);
      if (!failed && !worst) return spent;
      // A refused try does not count against the other limits: a throttled address cannot lock other callers out.
      await giveBack(...spent).catch((error: unknown) => log.warn('count_not_given_back', describeError(error)));
      if (!worst) throw failed?.reason;
      const { retryAfterSeconds, name } = worst;
      throw new Problem('throttled', { retryAfterSeconds, values: { seconds: retryAfterSeconds }, reason: `limit ${name} used up` });
    },
    giveBack,
    async clear({ key, keyBefore }) {
      await Promise.all([key, keyBefore].map(async (each) => each && (await counters.clear(each))));
    },
  };
}

/** The subject of a limit that is shared by all callers. */
export const everybody = '*';
