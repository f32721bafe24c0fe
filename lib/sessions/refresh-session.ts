import type { Client } from '#lib/caller/client.ts';
import { randomId, uuidv7 } from '#lib/ids.ts';
import { log } from '#lib/log.ts';
import { type ReadingSessionTokens, readRefreshToken } from '#lib/tokens/read-session-token.ts';
import { refusalProblem } from '#lib/tokens/refusal.ts';
import type { Standing } from '#lib/tokens/standing-store.ts';
import { type RefreshClaims, untraded } from '#lib/tokens/token.ts';
import { prepareRenewal, prepareTokens, type Renewing } from './prepare-renewal.ts';
import { isOver, judgeReplay, type Presented, type Session } from './session.ts';
import type { SessionStore } from './session-store.ts';
import { type Signing, signPair, type TokenPair } from './token-pair.ts';
import { tradeIn } from './trade-in.ts';

type Turn = { readonly rotated: Session } | { readonly found: Session | undefined };

type Needs = Omit<Signing, 'personal'> &
  Renewing &
  ReadingSessionTokens & {
    readonly sessions: Pick<SessionStore, 'rotate' | 'get' | 'end' | 'adopt'>;
    readonly lifetimes: { readonly idleSeconds: number; readonly sessionSeconds: number };
    readonly isRotating: boolean;
    readonly graceSeconds: number;
    readonly now: () => Date;
  };

/**
 * New tokens for a refresh token. One conditional write decides which request rotates. A spent token gets the current
 * generation again while a lost answer or a parallel tab can explain it; after that it ends the session (RFC 9700
 * §4.14.2). Throws `token_not_valid`, and `no_active_account` if the user is gone or inactive.
 */
export async function refreshSession(needs: Needs, text: string, client: Client): Promise<TokenPair> {
  const now = needs.now();
  const { requestId } = client;
  const claims = await readRefreshToken(needs, text, now);
  const presented = { generation: claims.generation, requestId };
  const take = () => takeTurn(needs, claims, presented, now);
  const prepare = (standing: Standing) => prepareTokens(needs, claims, standing);
  const isForeign = claims.generation === untraded;
  const {
    written: turn,
    personal,
    added,
  } = await (isForeign ? tradeIn(needs, claims, client, now, prepare) : prepareRenewal(needs, claims, now, take));
  const pairOf = async (session: Session) => ({ ...(await signPair(needs, session, now, personal)), added });
  if ('rotated' in turn) return await pairOf(turn.rotated);

  const { found } = turn;
  // The password was changed while this token was looked up: the session's next tokens are not for a holder of its old
  // ones.
  if (found && needs.rules.checks.epoch && found.epoch !== claims.epoch)
    throw refusalProblem({ refused: 'blacklisted', reason: 'born in another epoch' });
  const verdict = judgeReplay(found, presented, now, needs.graceSeconds);
  if (!found || verdict === 'ended') throw refusalProblem({ refused: 'blacklisted', reason: 'the session is over' });
  if (verdict !== 'theft') return await pairOf(found);

  await needs.sessions.end(found, { id: uuidv7(now), type: 'session_theft_detected', userId: found.userId, at: now });
  log.warn('authn_token_reuse', { requestId, sid: found.sid, behind: found.generation - presented.generation });
  throw refusalProblem({ refused: 'blacklisted', reason: 'spent token used again' });
}

/** Rotates the session, or returns it as found. Without rotation the session does not change. */
async function takeTurn(needs: Needs, claims: RefreshClaims, { generation, requestId }: Presented, now: Date): Promise<Turn> {
  const key = { userId: claims.user_id, sid: claims.sid };
  if (needs.isRotating) return await needs.sessions.rotate({ ...key, generation, jti: randomId(), requestId, now });
  const found = await needs.sessions.get(key);
  return found?.generation === generation && !isOver(found, now) ? { rotated: found } : { found };
}
