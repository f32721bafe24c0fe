import type { User } from '#lib/users/user.ts';
import type { Claims } from './token.ts';

/** The current state of the user and the session that a token names. */
export type Standing = {
  /** The user; undefined if the user is gone. */
  readonly user: User | undefined;
  /** Whether the token or its session is on the blacklist. */
  readonly isBlacklisted: boolean;
  /** The session's generation. Read for refresh tokens only; undefined if the session is over. */
  readonly generation: number | undefined;
};

/** Reads, in one consistent read, everything that can have voided a token since it was signed. */
export type StandingStore = { standingOf(claims: Claims, now: Date): Promise<Standing> };
