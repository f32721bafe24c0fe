/** One sign-in on one device; it lives as long as it is refreshed. Fields named `…At` are seconds since 1970. */
export type Session = {
  readonly userId: string;
  readonly sid: string;
  /** How often the session was rotated. Its refresh token has the same number. */
  readonly generation: number;
  /** The id of the refresh token of this generation. */
  readonly jti: string;
  /** The user's token epoch when the session was opened. */
  readonly epoch: number;
  /** When it was last rotated, in milliseconds since 1970, and by which request. */
  readonly rotatedAtMs: number;
  readonly requestId: string;
  /** The generation that was presented for the current one: its parent. -1 before the first rotation. */
  readonly parent: number;
  /** The client that presented it, or opened the session (`clientMark`). */
  readonly rotatedBy: string;
  /** How long it lives without a refresh. */
  readonly idleSeconds: number;
  /** Whether its cookies outlive the browser they are in. */
  readonly isRemembered: boolean;
  /** Whether another issuer's token opened it, so that the user did not sign in here. */
  readonly isAdopted?: boolean;
  readonly expiresAt: number;
  /** When it is over, even if it is refreshed (ASVS 5.0 §7.3.2). */
  readonly endsAt: number;
  readonly openedAt: number;
  readonly device: string;
  readonly address: string;
};

/** When a session is over unless it is refreshed: its idle time is up, or its end is reached. */
export function sessionEnd({ expiresAt, endsAt }: Pick<Session, 'expiresAt' | 'endsAt'>): number {
  return Math.min(expiresAt, endsAt);
}

/** Whether a session is over. */
export function isOver(session: Session, now: Date): boolean {
  return sessionEnd(session) * 1000 <= now.getTime();
}

/** The sessions that a logout ends: the caller's, all but the caller's, or all. */
export const logoutScopes = ['local', 'others', 'global'] as const;
export type LogoutScope = (typeof logoutScopes)[number];

/** A refresh token's generation, the request that presents it, and the client that sent the request (`clientMark`). */
export type Presented = { readonly generation: number; readonly requestId: string; readonly by: string };

/**
 * The meaning of a refresh token that is not of the current generation (docs/tokens.md).
 * - `retry`: this same request has rotated already, and the table's answer was lost.
 * - `grace`: the parent of the current one, within `graceSeconds` and from the client that presented it before. A lost
 *   answer or a parallel tab explains it. If `graceSeconds` is infinite (BLACKLIST_AFTER_ROTATION=false), any older one.
 * - `fork`: the parent, later or from another client. Its holder gets a new generation, and the current one is discarded.
 * - `ended`: the session is over, or a restore set it back.
 * - `theft`: a discarded or older generation. Two clients hold pieces of this session.
 */
export function judgeReplay(
  session: Session | undefined,
  { generation, requestId, by }: Presented,
  now: Date,
  graceSeconds: number,
): 'retry' | 'grace' | 'fork' | 'ended' | 'theft' {
  if (!session || isOver(session, now) || generation >= session.generation) return 'ended';
  if (graceSeconds === Number.POSITIVE_INFINITY) return 'grace';
  if (generation !== session.parent) return 'theft';
  if (requestId === session.requestId) return 'retry';
  const isSoon = graceSeconds > 0 && now.getTime() - session.rotatedAtMs < graceSeconds * 1000;
  return isSoon && by === session.rotatedBy ? 'grace' : 'fork';
}
