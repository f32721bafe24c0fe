import { createHmac, randomInt } from 'node:crypto';
import { describeError, log } from '#lib/log.ts';
import { Problem } from '#lib/problem.ts';
import type { Rate } from '#lib/rate.ts';
import type { CounterStore } from './counter-store.ts';

/** One limit and who it is for this time: `login-account` and the identifier, `login-address` and the address, … */
export type Limit = { readonly name: string; readonly rate: Rate; readonly subject: string };

/** A try that was counted, and can be taken back where it should not have been. */
export type Spent = {
  readonly name: string;
  readonly key: string;
  /** How many there are with it, and how many there may be. */
  readonly count: number;
  readonly max: number;
};

type Full = { readonly name: string; readonly retryAfterSeconds: number };

type Needs = {
  readonly counters: CounterStore;
  /** The key of the HMAC: the table holds no address and no name, and none can be guessed from it. */
  readonly lookupSecret: () => Promise<Uint8Array>;
  readonly now: () => Date;
};

/** Tries a second that one item of DynamoDB takes is 1,000; a limit for all is spread over several before it comes near. */
const triesPerShard = 1000;

export type Throttle = {
  /** Counts a try against every limit at once, before anything is compared; throws `throttled` when one is used up. */
  spend(...limits: readonly Limit[]): Promise<readonly Spent[]>;
  /** Takes a counted try back: it failed through a fault of ours. */
  giveBack(...spent: readonly Spent[]): Promise<void>;
  /** Forgets every try counted under this key in its window. */
  clear(spent: Spent): Promise<void>;
};

/** Limits in fixed windows, counted by one conditional write each, so that fifty tries at once are still counted one by one. */
export function throttle({ counters, lookupSecret, now }: Needs): Throttle {
  const count = async ({ name, rate: { max, windowSeconds }, subject }: Limit): Promise<Spent | Full> => {
    const seconds = now().getTime() / 1000;
    const window = Math.floor(seconds / windowSeconds);
    const endsAt = (window + 1) * windowSeconds;
    const shards = subject === everybody ? Math.min(16, Math.max(1, Math.floor(max / triesPerShard))) : 1;
    const who = createHmac('sha256', await lookupSecret())
      .update(`${name}\0${subject}`)
      .digest('base64url')
      .slice(0, 22);
    const key = ['throttle', name, shards > 1 ? `${who}.${randomInt(shards)}` : who, window].join('#');
    const share = Math.floor(max / shards);
    const outcome = await counters.add(key, share, endsAt);
    if (outcome === 'full') return { retryAfterSeconds: Math.max(1, Math.ceil(endsAt - seconds)), name };
    return { name, key, count: outcome, max: share };
  };

  const giveBack = async (...spent: readonly Spent[]) => {
    await Promise.all(spent.map(({ key }) => counters.giveBack(key)));
  };

  return {
    async spend(...limits) {
      const settled = await Promise.allSettled(limits.filter(({ rate }) => rate.max > 0).map(count));
      const outcomes = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      const spent = outcomes.filter((outcome) => 'key' in outcome);
      const failed = settled.find((result) => result.status === 'rejected');
      const [worst] = outcomes
        .filter((outcome) => 'retryAfterSeconds' in outcome)
        .sort((a, b) => b.retryAfterSeconds - a.retryAfterSeconds);
      if (!failed && !worst) return spent;
      // A try that does not happen uses up no other limit: a throttled address cannot lock others out.
      await giveBack(...spent).catch((error: unknown) => log.warn('count_not_given_back', describeError(error)));
      if (!worst) throw failed?.reason;
      const { retryAfterSeconds, name } = worst;
      throw new Problem('throttled', { retryAfterSeconds, values: { seconds: retryAfterSeconds }, reason: `limit ${name} used up` });
    },
    giveBack,
    async clear({ key }) {
      await counters.clear(key);
    },
  };
}

/** The subject of a limit that is shared by all callers. */
export const everybody = '*';
