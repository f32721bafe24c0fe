import type { Client } from '#lib/http/client.ts';
import { randomId, uuidv7 } from '#lib/ids.ts';
import { log } from '#lib/log.ts';
import { Problem } from '#lib/problem.ts';
import type { Personal } from '#lib/tokens/personal.ts';
import { type ReadingRefreshTokens, readRefreshToken } from '#lib/tokens/read-refresh-token.ts';
import { refusalProblem } from '#lib/tokens/refusal.ts';
import type { Standing, StandingStore } from '#lib/tokens/standing-store.ts';
import { type Claims, type RefreshClaims, untraded } from '#lib/tokens/token.ts';
import { judgeStanding, type StandingRefusal } from '#lib/tokens/verify-token.ts';
import type { User } from '#lib/users/user.ts';
import { isOver, judgeReplay, type Presented, type Session } from './session.ts';
import type { SessionStore } from './session-store.ts';
import { type Signing, signPair, type TokenPair } from './token-pair.ts';
import { tradeIn } from './trade-in.ts';

type Added = TokenPair['added'];
type Turn = { readonly rotated: Session } | { readonly found: Session | undefined };

type Needs = Signing &
  ReadingRefreshTokens & {
    readonly sessions: Pick<SessionStore, 'rotate' | 'get' | 'end' | 'adopt'>;
    readonly lifetimes: { readonly idleSeconds: number; readonly sessionSeconds: number };
    readonly standing: StandingStore;
    readonly isRotating: boolean;
    readonly graceSeconds: number;
    /** Whether somebody with a good token may go on: active, or what hooks.ts says. */
    readonly mayEnter: (user: User) => Promise<boolean>;
    /** What hooks.ts adds to the answer. */
    readonly addition: (user: User) => Promise<Added>;
    /** Whether all that hooks.ts has to say is waited for before anything is written: one more round trip. */
    readonly asksHooksFirst: boolean;
    readonly now: () => Date;
  };

/**
 * New tokens for a refresh token. One conditional write decides who rotates; whoever presents a spent token gets the current
 * generation again while it can be a lost answer or a parallel tab, and ends the session for everybody once it cannot (RFC 9700
 * §4.14.2). Throws `token_not_valid`, and `no_active_account` where the user is gone or inactive.
 */
export async function refreshSession(needs: Needs, text: string, client: Client): Promise<TokenPair> {
  const now = needs.now();
  const { requestId } = client;
  const claims = await readRefreshToken(needs, text, now);
  const presented = { generation: claims.generation, requestId };
  const prepared = async (standing: Standing) => await prepare(needs, claims, standing);
  const isForeign = claims.generation === untraded;
  const { turn, personal, added } = await (isForeign
    ? tradeIn(needs, claims, client, now, prepared)
    : takePreparedTurn(needs, claims, presented, now, prepared));
  const pairOf = async (session: Session) => ({ ...(await signPair(needs, session, now, personal)), added });
  if ('rotated' in turn) return await pairOf(turn.rotated);

  const { found } = turn;
  const verdict = judgeReplay(found, presented, now, needs.graceSeconds);
  if (!found || verdict === 'ended') throw refusalProblem({ refused: 'blacklisted', reason: 'the session is over' });
  if (verdict !== 'theft') return await pairOf(found);

  await needs.sessions.end(found, { id: uuidv7(now), type: 'session_theft_detected', userId: found.userId, at: now });
  log.warn('authn_token_reuse', { requestId, sid: found.sid, behind: found.generation - presented.generation });
  throw refusalProblem({ refused: 'blacklisted', reason: 'spent token used again' });
}

/** The turn of a token of ours, and what goes into the answer besides. */
async function takePreparedTurn(
  needs: Needs,
  claims: RefreshClaims,
  presented: Presented,
  now: Date,
  prepared: (standing: Standing) => Promise<Prepared>,
): Promise<Prepared & { readonly turn: Turn }> {
  const look = () => needs.standing.standingOf(claims, now);
  const take = () => takeTurn(needs, claims, presented, now);
  if (needs.asksHooksFirst) return { ...(await prepared(await look())), turn: await take() };
  const [turn, standing] = await Promise.all([take(), look()]);
  return { ...(await prepared(standing)), turn };
}

/** The session moved on by us, or as it was found; without rotation a session stays as it is. */
async function takeTurn(needs: Needs, claims: RefreshClaims, { generation, requestId }: Presented, now: Date): Promise<Turn> {
  const key = { userId: claims.user_id, sid: claims.sid };
  if (needs.isRotating) return await needs.sessions.rotate({ ...key, generation, jti: randomId(), requestId, now });
  const found = await needs.sessions.get(key);
  return found?.generation === generation && !isOver(found, now) ? { rotated: found } : { found };
}

type Prepared = { readonly personal: Personal; readonly added: Added };

/** What goes into tokens and answer besides, for a user whom nothing speaks against. */
async function prepare(needs: Needs, claims: Claims, standing: Standing): Promise<Prepared> {
  const refusal = await judge(needs, claims, standing);
  if (refusal?.refused === 'blacklisted') throw refusalProblem(refusal);
  const { user } = standing;
  if (refusal || !user) throw new Problem('no_active_account', { detail: 'no_active_account_for_token', reason: refusal?.reason ?? '' });
  const [personal, added] = await Promise.all([needs.personal(user), needs.addition(user)]);
  return { personal, added };
}

/** As the authorizer judges, but that the rule of who may log in takes the place of the look at `isActive`, as in simplejwt. */
async function judge({ mayEnter, rules }: Needs, claims: Claims, standing: Standing): Promise<StandingRefusal | undefined> {
  const { user, isBlacklisted } = standing;
  if (!isBlacklisted && user && !(await mayEnter(user))) return { refused: 'user-inactive', reason: 'inactive, or not let in by the rule' };
  return judgeStanding(claims, standing, { ...rules, checks: { ...rules.checks, active: false } });
}
