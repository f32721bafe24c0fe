import type { Client } from '#lib/caller/client.ts';
import { epochSeconds } from '#lib/duration.ts';
import { makingSecret, type ReadLookupSecrets } from '#lib/lookup-secrets.ts';
import type { Throttle } from '#lib/throttle/throttle.ts';
import { type Challenge, newChallenge } from './altcha.ts';
import { challengeKey } from './human-keys.ts';
import { type ChallengeLimits, limitsOfChallenges } from './human-rules.ts';
import { maxNumberAt } from './pressure.ts';

type Needs = {
  readonly throttle: Pick<Throttle, 'spend'>;
  readonly limits: ChallengeLimits;
  /** The difficulty without pressure. */
  readonly leastMaxNumber: number;
  readonly lifetimeSeconds: number;
  readonly lookupSecret: ReadLookupSecrets;
  readonly now: () => Date;
};

/**
 * A challenge that a machine solves, so that a person need not read a picture. It is harder the more challenges were
 * requested and checks failed lately, for this address or in all; at the limits it throws `throttled`. Nothing is
 * stored until it is solved.
 */
export async function offerChallenge(needs: Needs, { address }: Client): Promise<Challenge> {
  const tries = await needs.throttle.spend(...limitsOfChallenges(needs.limits, address));
  const now = needs.now();
  const expiresAt = new Date(now.getTime() + needs.lifetimeSeconds * 1000);
  const key = challengeKey(makingSecret(await needs.lookupSecret(), epochSeconds(now)));
  return await newChallenge(key, maxNumberAt(tries, needs.leastMaxNumber), expiresAt);
}
