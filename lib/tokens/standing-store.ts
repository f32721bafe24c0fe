import type { User } from '#lib/users/user.ts';
import type { Claims } from './token.ts';

/** How things stand with whom and what a token names, this moment. */
export type Standing = {
  /** The user, or undefined where there is none any more. */
  readonly user: User | undefined;
  /** Whether the token or its session is on the blacklist. */
  readonly isBlacklisted: boolean;
  /** The session's generation; asked for refresh tokens only, undefined where the session is over. */
  readonly generation: number | undefined;
};

/** Looks up, in one consistent read, everything that could have made a token void since it was signed. */
export type StandingStore = { standingOf(claims: Claims, now: Date): Promise<Standing> };
