import { createHash } from 'node:crypto';
import { pseudonym } from '#lib/audit/pseudonym.ts';
import type { Client } from '#lib/caller/client.ts';
import { epochSeconds } from '#lib/duration.ts';
import { describeError, log, warnAlarm } from '#lib/log.ts';
import type { ReadLookupSecrets } from '#lib/lookup-secrets.ts';
import { identify } from '#lib/names/identifier.ts';
import type { EventStore } from '#lib/outbox/event-store.ts';
import { Problem } from '#lib/problem.ts';
import type { Spent } from '#lib/throttle/throttle.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import { accountLimit } from './account-limit.ts';

type Needs = {
  readonly users: Pick<UserStore, 'findByIdentifier'>;
  readonly events: EventStore;
  readonly lookupSecret: ReadLookupSecrets;
  readonly region: string;
  readonly stage: string;
  readonly now: () => Date;
};

/** A sign-in that failed: what was typed, and the tries counted of it; none if a limit refused it. */
type Failure = { readonly error: unknown; readonly identifier: string; readonly tries: readonly Spent[]; readonly client: Client };

/** Puts failed sign-ins on record. */
export type FailureWatch = (failure: Failure) => Promise<void>;

/**
 * Logs every failed sign-in with pseudonyms of the account and the address, and counts it for an alarm (ASVS 5.0
 * §16.3.1). The try that uses up the limit of an account writes the event `login_failed` besides. There is one for an
 * account and a window, so that wrong passwords cannot fill a table. An unknown account costs the same write. A fault in here
 * goes to the log: the answer stays the same.
 */
export function watchFailures(needs: Needs): FailureWatch {
  return async ({ error, identifier: typed, tries, client }) => {
    if (!(error instanceof Problem) || !(error.code === 'no_active_account' || error.code === 'throttled')) return;
    try {
      const secrets = await needs.lookupSecret();
      const at = epochSeconds(needs.now());
      const identifier = identify(typed, needs.region);
      const account = pseudonym(secrets, at, 'account', identifier?.value ?? typed.trim().toLowerCase());
      const address = pseudonym(secrets, at, 'address', client.address);
      warnAlarm('sign_in_failed', needs.stage, { requestId: client.requestId, code: error.code, account, address });
      const last = tries.find(({ name, count, max }) => name === accountLimit && count >= max);
      if (!last) return;
      const user = identifier && (await needs.users.findByIdentifier(identifier));
      await needs.events.add({ id: idOf(last), type: 'login_failed', userId: user?.id ?? '', about: account, at: needs.now() });
    } catch (fault) {
      log.warn('failure_not_recorded', { requestId: client.requestId, ...describeError(fault) });
    }
  };
}

/** The same id for every try that uses up this window of this account. The key of a counter has both. */
function idOf({ key }: Spent): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 32);
}
