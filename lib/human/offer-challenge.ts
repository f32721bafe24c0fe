import type { Client } from '#lib/caller/client.ts';
import type { Throttle } from '#lib/throttle/throttle.ts';
import { type Challenge, newChallenge } from './challenge.ts';
import { challengeKey } from './human-keys.ts';
import { type ChallengeLimits, limitsOfChallenges } from './human-rules.ts';
import { maxNumberAt } from './pressure.ts';

type Needs = {
  readonly throttle: Pick<Throttle, 'spend'>;
  readonly limits: ChallengeLimits;
  /** How hard one is without pressure. */
  readonly leastMaxNumber: number;
  readonly lifetimeSeconds: number;
  readonly lookupSecret: () => Promise<Uint8Array>;
  readonly now: () => Date;
};

/**
 * A challenge for a machine to solve in place of eyes. The more there were lately for this address or in all, and the more checks failed, the harder it is; at
 * the end of the limits it is `throttled`. Nothing is kept of it until it is solved.
 */
export async function offerChallenge(needs: Needs, { address }: Client): Promise<Challenge> {
  const tries = await needs.throttle.spend(...limitsOfChallenges(needs.limits, address));
  const expiresAt = new Date(needs.now().getTime() + needs.lifetimeSeconds * 1000);
  return await newChallenge(challengeKey(await needs.lookupSecret()), maxNumberAt(tries, needs.leastMaxNumber), expiresAt);
}
