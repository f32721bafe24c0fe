import type { Message } from '#lib/messages/message.ts';
import type { Event } from '#lib/outbox/event.ts';
import type { Session } from './session.ts';

export type SessionKey = Pick<Session, 'userId' | 'sid'>;
type Renewal = SessionKey & { readonly jti: string; readonly expiresAt: number; readonly now: Date };
type Rotation = SessionKey & { readonly generation: number; readonly jti: string; readonly requestId: string; readonly now: Date };

/** A token that is good no more; `until` is when it would have been over anyway, in seconds since 1970. */
export type SpentToken = { readonly jti: string; readonly until: number };

/** Where sessions are. */
export type SessionStore = {
  /** Opens a session; with the notice of it, all or nothing, where there is one. */
  add(session: Session, notice?: Message): Promise<void>;
  get(key: SessionKey): Promise<Session | undefined>;
  /**
   * Opens the session that a foreign refresh token is traded in for and, where a `jti` is given, puts that on the blacklist, all or nothing:
   * of any number at once exactly one does. The others, and whoever comes with a token that is on the blacklist, are shown the
   * session as it is, or undefined where there is none.
   */
  adopt(session: Session, spent?: SpentToken): Promise<'adopted' | { found: Session | undefined }>;
  /** Puts a token on the blacklist; of any number at once one does it. */
  spend(token: SpentToken): Promise<'spent' | 'already'>;
  /**
   * Moves a live session from `generation` on to the next: of any number at once exactly one does. The others are shown the
   * session as it was found, or undefined where there is none.
   */
  rotate(rotation: Rotation): Promise<{ rotated: Session } | { found: Session | undefined }>;
  /**
   * Lets a live session of the token `jti` live on until `expiresAt`, unless it lives longer already, and notes that it was used. Of any
   * number at once each may; the session is shown as it is then. Undefined where there is none, or it is over.
   */
  renew(renewal: Renewal): Promise<Session | undefined>;
  /**
   * Ends a session and blacklists its `sid` until `endsAt`, with the event, all or nothing. Of any number at once one does it; to the others,
   * as to whoever names a session that is not there, it is `absent`.
   */
  end(session: SessionKey & Pick<Session, 'endsAt'>, event: Event): Promise<'ended' | 'absent'>;
  /** At most so many sessions of a user, in no order; also those that are over and not cleaned away yet. */
  list(userId: string, most: number): Promise<Session[]>;
  /** Makes every token void that a user was ever given, with the event, all or nothing. `absent`: there is no such user. */
  endAll(userId: string, event: Event): Promise<'ended' | 'absent'>;
  /** Takes away what a user who was deleted at `until` had; sessions of whoever came to have the same id later stay. */
  clearAway(userId: string, until: Date): Promise<void>;
  /** Cleans away sessions whose tokens are void already. */
  remove(sessions: readonly SessionKey[]): Promise<void>;
};
