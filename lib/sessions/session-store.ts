import type { Message } from '#lib/messages/message.ts';
import type { Event } from '#lib/outbox/event.ts';
import type { Session } from './session.ts';

/** The key of a session. */
export type SessionKey = Pick<Session, 'userId' | 'sid'>;
type Renewal = SessionKey & { readonly jti: string; readonly expiresAt: number; readonly now: Date };
type Rotation = SessionKey & {
  /** The session's current generation, and the one that is presented: the same, or its parent for a fork. */
  readonly generation: number;
  readonly parent: number;
  readonly jti: string;
  readonly requestId: string;
  /** The client that presents it (`clientMark`). */
  readonly by: string;
  readonly now: Date;
};

/** A token that is blacklisted; `until` is when it would have expired, in seconds since 1970. */
export type SpentToken = { readonly jti: string; readonly until: number };

/** The store of sessions. */
export type SessionStore = {
  /** Adds a session and, if there is one, its notice, all or nothing. */
  add(session: Session, notice?: Message): Promise<void>;
  get(key: SessionKey): Promise<Session | undefined>;
  /**
   * Opens the session of a foreign refresh token and, if `spent` is given, blacklists its `jti`, all or nothing. Of any
   * number of calls at once exactly one does it. The others, and calls with a blacklisted token, get the session as it
   * is, or undefined if there is none.
   */
  adopt(session: Session, spent?: SpentToken): Promise<'adopted' | { found: Session | undefined }>;
  /** Blacklists a token; of any number of calls at once one does it. */
  spend(token: SpentToken): Promise<'spent' | 'already'>;
  /**
   * Moves a live session from `generation` to the next. Of any number of calls at once exactly one does it. The others
   * get the session as it is, or undefined if there is none.
   */
  rotate(rotation: Rotation): Promise<{ rotated: Session } | { found: Session | undefined }>;
  /**
   * Extends the live session of the token `jti` until `expiresAt`, unless it lives longer already, and records the use.
   * Any number of calls at once may do it. Answers with the session, or undefined if there is none or it is over.
   */
  renew(renewal: Renewal): Promise<Session | undefined>;
  /**
   * Ends a session, blacklists its `sid` until `endsAt` and writes the event and the notice, all or nothing. Of any number of calls at
   * once one ends it; the others, and calls for a session that does not exist, get `absent`.
   */
  end(session: SessionKey & Pick<Session, 'endsAt'>, event: Event, notice?: Message): Promise<'ended' | 'absent'>;
  /** At most `most` sessions of a user, in no order, including those that are over but not deleted yet. */
  list(userId: string, most: number): Promise<Session[]>;
  /** Voids all tokens a user has ever had and writes the event and the notice, all or nothing. `absent`: there is no such user. */
  endAll(userId: string, event: Event, notice?: Message): Promise<'ended' | 'absent'>;
  /** Deletes the sessions of a user who was deleted at `until`; sessions of a later user with the same id stay. */
  clearAway(userId: string, until: Date): Promise<void>;
  /** Deletes sessions whose tokens are void already. */
  remove(sessions: readonly SessionKey[]): Promise<void>;
};
