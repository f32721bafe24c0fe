import type { Event } from '#lib/outbox/event.ts';
import type { User } from '#lib/users/user.ts';
import type { ApiToken } from './api-token.ts';

/** What of a user can make their tokens void. */
type Holder = Pick<User, 'isActive' | 'tokenEpoch' | 'roles'>;

export type ApiTokenKey = Pick<ApiToken, 'userId' | 'id'>;

/** Where API tokens are. */
export type ApiTokenStore = {
  /**
   * Lays a token into its place, with the event, all or nothing. `taken`: one that lives lies there already; of any number at once one is
   * added. One that has ended, or is of an earlier epoch, makes room. `busy`: others were writing there; trying again makes sense.
   */
  add(token: ApiToken, event: Event, now: Date): Promise<'added' | 'taken' | 'busy'>;
  /** The token and how its user stands this moment, in one consistent read. */
  standingOf(key: ApiTokenKey): Promise<{ readonly token: ApiToken | undefined; readonly user: Holder | undefined }>;
  /** A user's tokens, in no order; also those that have ended. */
  list(userId: string): Promise<ApiToken[]>;
  /** Takes a token away, with the event, all or nothing. Of any number at once one does it; to the others it is `absent`. */
  remove(key: ApiTokenKey, event: Event): Promise<'removed' | 'absent' | 'busy'>;
  /** Takes away what a user who was deleted at `until` had, to the second; tokens of whoever came to have the same id later stay. */
  clearAway(userId: string, until: Date): Promise<void>;
  /** Writes down that a token was used, unless it is gone or somebody did as late as this. Gives up soon: nobody is to wait for it. */
  noteUse(key: ApiTokenKey, at: Date): Promise<void>;
};
