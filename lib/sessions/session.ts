/** One sign-in on one device, alive as long as it is refreshed. Instants in `…At` fields are seconds since 1970. */
export type Session = {
  readonly userId: string;
  readonly sid: string;
  /** How often it was rotated. Its refresh token carries the same number. */
  readonly generation: number;
  /** The id of the refresh token of this generation. */
  readonly jti: string;
  /** The user's token epoch when it was opened. */
  readonly epoch: number;
  /** When it was rotated last, in milliseconds since 1970, and by which request. */
  readonly rotatedAtMs: number;
  readonly requestId: string;
  /** How long it lives without a refresh. */
  readonly idleSeconds: number;
  /** Whether its cookies outlive the browser they are in. */
  readonly isRemembered: boolean;
  /** Whether somebody else's token opened it, so that nobody has signed in here. */
  readonly isAdopted?: boolean;
  readonly expiresAt: number;
  /** When it is over however often it was refreshed (ASVS 5.0 §7.3.2). */
  readonly endsAt: number;
  readonly openedAt: number;
  readonly device: string;
  readonly address: string;
};

/** When a session is over if nothing more happens: idle for too long, or at its end. */
export function sessionEnd({ expiresAt, endsAt }: Pick<Session, 'expiresAt' | 'endsAt'>): number {
  return Math.min(expiresAt, endsAt);
}

export function isOver(session: Session, now: Date): boolean {
  return sessionEnd(session) * 1000 <= now.getTime();
}

/** Which sessions a logout ends: the caller's, all but the caller's, or all. */
export const logoutScopes = ['local', 'others', 'global'] as const;
export type LogoutScope = (typeof logoutScopes)[number];

export type Presented = { readonly generation: number; readonly requestId: string };

/**
 * What a refresh token that is not of the current generation means (docs/storage.md). `retry`: this very request already won,
 * and its answer was lost on the way from the table. `grace`: one behind within `graceSeconds`, a lost answer or a parallel
 * tab; where `graceSeconds` is infinite, whatever is behind (BLACKLIST_AFTER_ROTATION). `ended`: the session is over, or was set back by a restore. `theft`: somebody else has spent it.
 */
export function judgeReplay(
  session: Session | undefined,
  { generation, requestId }: Presented,
  now: Date,
  graceSeconds: number,
): 'retry' | 'grace' | 'ended' | 'theft' {
  if (!session || isOver(session, now) || generation > session.generation) return 'ended';
  if (graceSeconds === Number.POSITIVE_INFINITY && generation < session.generation) return 'grace';
  if (generation === session.generation - 1) {
    if (requestId === session.requestId) return 'retry';
    if (graceSeconds > 0 && now.getTime() - session.rotatedAtMs < graceSeconds * 1000) return 'grace';
  }
  return generation === session.generation ? 'ended' : 'theft';
}
