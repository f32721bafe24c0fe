import { setTimeout as pause } from 'node:timers/promises';
import type { Cursor, Page, UserScan } from '#lib/transfer/user-scan.ts';
import type { User } from '#lib/users/user.ts';
import type { Pace } from './pace.ts';

/** Passes all users to `take`, some at a time. */
export type Reading = (take: (users: readonly User[]) => Promise<void>) => Promise<void>;

type Needs = { readonly scan: Pick<UserScan, 'page'>; readonly pace: Pace; readonly segments: number };

/**
 * Passes all users to `take`, some at a time, from several segments in parallel at one pace. If one of them fails, it
 * rejects and reads no further.
 */
export async function everyUser(needs: Needs, take: (users: readonly User[]) => Promise<void>): Promise<void> {
  const { pace, segments: of } = needs;
  let hasFailed = false;
  const readSegment = async (number: number) => {
    let after: Cursor | undefined;
    do {
      const { users, units, next } = await patiently(() => needs.scan.page({ number, of }, after));
      if (hasFailed) return;
      await take(users);
      await pace.spend(units);
      after = next;
    } while (after && !hasFailed);
  };
  const segments = Array.from({ length: of }, (_, number) =>
    readSegment(number).catch((error) => {
      hasFailed = true;
      throw error;
    }),
  );
  await Promise.all(segments);
}

const tries = 8;

/** An on-demand table throttles for minutes while it grows into a load; an export of an hour must survive that. */
async function patiently(read: () => Promise<Page>): Promise<Page> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      const isThrottled = /^(Throttling|ProvisionedThroughputExceeded|RequestLimitExceeded)/.test((error as Error).name);
      if (!isThrottled || attempt === tries) throw error;
      await pause(Math.random() * 250 * 2 ** attempt);
    }
  }
}
