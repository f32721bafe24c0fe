import type { Client } from '#lib/caller/client.ts';
import { epochSeconds } from '#lib/duration.ts';
import { uuidv7 } from '#lib/ids.ts';
import { refusalProblem } from '#lib/tokens/refusal.ts';
import type { Standing, StandingStore } from '#lib/tokens/standing-store.ts';
import type { RefreshClaims, StandingChecks } from '#lib/tokens/token.ts';
import { newSession } from './open-session.ts';
import { isOver, type Session } from './session.ts';
import type { SessionStore } from './session-store.ts';

type Turn = { readonly rotated: Session } | { readonly found: Session | undefined };
type Needs = {
  readonly sessions: Pick<SessionStore, 'get' | 'adopt' | 'end'>;
  readonly standing: StandingStore;
  readonly lifetimes: { readonly idleSeconds: number; readonly sessionSeconds: number };
  readonly isRotating: boolean;
  readonly rules: { readonly checks: Pick<StandingChecks, 'spent'> };
};

/**
 * Opens a session for a refresh token that a Django project signed, or finds the session that it has opened. That
 * spends the token: its generation is one behind, so if it is presented again it is judged like a spent token of ours.
 * Without rotation it stays valid until it expires, and its session as long. `prepare` throws if the tables refuse the
 * token; then nothing is opened. Throws `token_not_valid` if the token was revoked meanwhile.
 */
export async function tradeIn<Prepared>(
  { sessions, standing, lifetimes, isRotating, rules }: Needs,
  claims: RefreshClaims,
  client: Client,
  now: Date,
  prepare: (standing: Standing) => Promise<Prepared>,
): Promise<Prepared & { readonly written: Turn }> {
  const isSpent = isRotating && rules.checks.spent;
  const [found, current] = await Promise.all([sessions.get({ userId: claims.user_id, sid: claims.sid }), standing.standingOf(claims, now)]);
  // Trading it in has put it on the blacklist, so its session decides. After a logout there is no session.
  const prepared = await prepare(found && isSpent ? { ...current, isBlacklisted: false } : current);
  if (found) return { ...prepared, written: isRotating || found.generation > 0 || isOver(found, now) ? { found } : { rotated: found } };

  const idleSeconds = isRotating ? lifetimes.idleSeconds : claims.exp - epochSeconds(now);
  const { user_id: userId, sid, epoch } = claims;
  const beginning = { userId, sid, epoch, isRemembered: false, client };
  const session = { ...newSession(beginning, { ...lifetimes, idleSeconds }, now), isAdopted: true };
  const outcome = await sessions.adopt(session, isSpent ? { jti: claims.jti, until: claims.exp } : undefined);
  if (outcome !== 'adopted') return { ...prepared, written: outcome };
  // If opening the session spends nothing, that write cannot notice a logout that happened before it.
  if (!isSpent && (await standing.standingOf(claims, now)).isBlacklisted) {
    await sessions.end(session, { id: uuidv7(now), type: 'session_ended', userId, about: session.sid, at: now });
    throw refusalProblem({ refused: 'blacklisted', reason: 'taken back while it was traded in' });
  }
  return { ...prepared, written: { rotated: session } };
}
