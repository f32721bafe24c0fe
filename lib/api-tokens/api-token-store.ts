import type { Event } from '#lib/outbox/event.ts';
import type { User } from '#lib/users/user.ts';
import type { ApiToken } from './api-token.ts';

/** The fields of a user that can void their tokens. */
type Holder = Pick<User, 'isActive' | 'tokenEpoch' | 'roles'>;

/** The key of an API token. */
export type ApiTokenKey = Pick<ApiToken, 'userId' | 'id'>;

/** The store of API tokens. */
export type ApiTokenStore = {
  /**
   * Adds a token in its place, with the event, all or nothing. `taken`: a live token has the place; of any number of
   * calls at once one adds its token. A token that has expired or is of an earlier epoch is replaced. `busy`: other
   * writes were in the way; trying again makes sense.
   */
  add(token: ApiToken, event: Event, now: Date): Promise<'added' | 'taken' | 'busy'>;
  /** The token and its user, in one consistent read. */
  standingOf(key: ApiTokenKey): Promise<{ readonly token: ApiToken | undefined; readonly user: Holder | undefined }>;
  /** A user's tokens, in no order, including expired ones. */
  list(userId: string): Promise<ApiToken[]>;
  /** Removes a token, with the event, all or nothing. Of many calls at once one removes it; the others get `absent`. */
  remove(key: ApiTokenKey, event: Event): Promise<'removed' | 'absent' | 'busy'>;
  /** Deletes the tokens of a user deleted at `until`, to the second; tokens of a later user with the same id stay. */
  clearAway(userId: string, until: Date): Promise<void>;
  /**
   * Records when a token was used, unless it is gone or a later use is recorded. Gives up after half a second, so that
   * no request waits for it.
   */
  noteUse(key: ApiTokenKey, at: Date): Promise<void>;
};
