import type { Client } from '#lib/caller/client.ts';
import { randomId, uuidv7 } from '#lib/ids.ts';
import { describeError, log } from '#lib/log.ts';
import type { Message } from '#lib/messages/message.ts';
import type { EventStore } from '#lib/outbox/event-store.ts';
import { Problem } from '#lib/problem.ts';
import { type ReadingSessionTokens, readRefreshToken } from '#lib/tokens/read-session-token.ts';
import { refusalProblem } from '#lib/tokens/refusal.ts';
import type { Standing } from '#lib/tokens/standing-store.ts';
import { type RefreshClaims, untraded } from '#lib/tokens/token.ts';
import { clientMark } from './client-mark.ts';
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
    /** Where a fork is told. If that fails there is no answer, and the repeated request forks and tells again. */
    readonly events: EventStore;
    /** The message to the owner of a session that two clients held pieces of. */
    readonly theftNotice: (userId: string, now: Date) => Promise<Message | undefined>;
    readonly isRotating: boolean;
    readonly graceSeconds: number;
    readonly now: () => Date;
  };

/** How often a fork is tried again because another request moved the session on. */
const mostTurns = 5;

/**
 * New tokens for a refresh token. One conditional write decides which request rotates. The parent of the current token gets
 * the current one again while a lost answer or a parallel tab explains it, and a new one afterwards (a fork). An older or
 * discarded token ends the session (RFC 9700 §4.14.2). Throws `token_not_valid`, and `no_active_account` if the user is gone
 * or inactive.
 */
export async function refreshSession(needs: Needs, text: string, client: Client): Promise<TokenPair> {
  const now = needs.now();
  const claims = await readRefreshToken(needs, text, now);
  const presented = { generation: claims.generation, requestId: client.requestId, by: clientMark(client) };
  const take = () => takeTurn(needs, claims, presented, now);
  const prepare = (standing: Standing) => prepareTokens(needs, claims, standing);
  const isForeign = claims.generation === untraded;
  const { written, personal, added } = await (isForeign
    ? tradeIn(needs, claims, client, now, prepare)
    : prepareRenewal(needs, claims, now, take));
  const session = 'rotated' in written ? written.rotated : await sessionAfter(needs, claims, presented, written.found, now);
  return { ...(await signPair(needs, session, now, personal)), added };
}

/** The session that a token of an older generation goes on with. Ends a session of which two clients hold pieces. */
async function sessionAfter(needs: Needs, claims: RefreshClaims, presented: Presented, seen: Session | undefined, now: Date) {
  let found = seen;
  for (let turn = 0; turn < mostTurns; turn += 1) {
    // The password was changed while this token was looked up: the session's next tokens are not for a holder of its old
    // ones.
    if (found && needs.rules.checks.epoch && found.epoch !== claims.epoch)
      throw refusalProblem({ refused: 'blacklisted', reason: 'born in another epoch' });
    const verdict = judgeReplay(found, presented, now, needs.graceSeconds);
    if (!found || verdict === 'ended') throw refusalProblem({ refused: 'blacklisted', reason: 'the session is over' });
    if (verdict === 'theft') return await endStolen(needs, found, presented, now);
    if (verdict !== 'fork' || !needs.isRotating) return found;
    const { generation } = found;
    const fork = await needs.sessions.rotate({ ...keyOf(claims), generation, parent: presented.generation, ...moveOf(presented, now) });
    if ('rotated' in fork) {
      await needs.events.add({ id: uuidv7(now), type: 'session_forked', userId: found.userId, about: found.sid, at: now });
      log.info('session_forked', { requestId: presented.requestId, sid: found.sid, generation: fork.rotated.generation });
      return fork.rotated;
    }
    found = fork.found;
  }
  throw new Problem('unavailable', { retryAfterSeconds: 1, reason: 'session is being refreshed by others' });
}

async function endStolen(needs: Needs, found: Session, { generation, requestId }: Presented, now: Date): Promise<never> {
  const notice = await needs.theftNotice(found.userId, now).catch((error: unknown) => {
    log.warn('notice_not_made', { requestId, ...describeError(error) }); // the session ends without it
    return undefined;
  });
  const event = { id: uuidv7(now), type: 'session_theft_detected', userId: found.userId, about: found.sid, at: now } as const;
  await needs.sessions.end(found, event, notice);
  log.warn('authn_token_reuse', { requestId, sid: found.sid, behind: found.generation - generation });
  throw refusalProblem({ refused: 'blacklisted', reason: 'spent token used again' });
}

/** Rotates the session, or returns it as found. Without rotation the session does not change. */
async function takeTurn(needs: Needs, claims: RefreshClaims, presented: Presented, now: Date): Promise<Turn> {
  const { generation } = presented;
  if (needs.isRotating) return await needs.sessions.rotate({ ...keyOf(claims), generation, parent: generation, ...moveOf(presented, now) });
  const found = await needs.sessions.get(keyOf(claims));
  return found?.generation === generation && !isOver(found, now) ? { rotated: found } : { found };
}

const keyOf = ({ user_id: userId, sid }: RefreshClaims) => ({ userId, sid });
const moveOf = ({ requestId, by }: Presented, now: Date) => ({ jti: randomId(), requestId, by, now });
