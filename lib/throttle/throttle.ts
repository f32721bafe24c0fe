import { createHmac, randomInt } from 'node:crypto';
import { derivedKey } from '#lib/derived-key.ts';
import { describeError, log } from '#lib/log.ts';
import { makingSecret, type ReadLookupSecrets } from '#lib/lookup-secrets.ts';
import { Problem } from '#lib/problem.ts';
import type { Rate } from '#lib/rate.ts';
import type { CounterStore } from './counter-store.ts';

/** One limit and its subject this time: `login-account` and the identifier, `login-address` and the address, … */
export type Limit = { readonly name: string; readonly rate: Rate; readonly subject: string };

/** A counted try, which can be given back if it should not count. */
export type Spent = {
  readonly name: string;
  readonly key: string;
  /** The count with this try, and the limit. */
  readonly count: number;
  readonly max: number;
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
  /** Gives counted tries back, because they failed through a fault of ours. */
  giveBack(...spent: readonly Spent[]): Promise<void>;
  /** Resets the count of this key. */
  clear(spent: Spent): Promise<void>;
};

/** Limits in fixed windows. One conditional write counts each try, so fifty tries at once are all counted. */
export function throttle({ counters, lookupSecret, now }: Needs): Throttle {
  const count = async ({ name, rate: { max, windowSeconds }, subject }: Limit): Promise<Spent | Full> => {
    const seconds = now().getTime() / 1000;
    const window = Math.floor(seconds / windowSeconds);
    const endsAt = (window + 1) * windowSeconds;
    const shards = subject === everybody ? Math.min(16, Math.max(1, Math.floor(max / triesPerShard))) : 1;
    // The secret of the window's beginning, so a rotation in the middle of a window begins no count anew.
    const secret = makingSecret(await lookupSecret(), window * windowSeconds);
    const who = createHmac('sha256', derivedKey('counters', secret)).update(`${name}\0${subject}`).digest('base64url').slice(0, 22);
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
      // A refused try does not count against the other limits: a throttled address cannot lock other callers out.
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
