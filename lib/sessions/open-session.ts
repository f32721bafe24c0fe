import type { Client } from '#lib/caller/client.ts';
import { epochSeconds } from '#lib/duration.ts';
import { randomId } from '#lib/ids.ts';
import type { Message } from '#lib/messages/message.ts';
import type { User } from '#lib/users/user.ts';
import { clientMark } from './client-mark.ts';
import type { Session } from './session.ts';
import type { SessionStore } from './session-store.ts';
import { type Signing, signPair, type TokenPair } from './token-pair.ts';

type Lifetimes = { readonly idleSeconds: number; readonly rememberedSeconds: number; readonly sessionSeconds: number };

type Needs = Signing & {
  readonly sessions: Pick<SessionStore, 'add'>;
  readonly lifetimes: Lifetimes;
  /** The fields that hooks.ts adds to the answer of this sign-in. */
  readonly addition: (user: User, client: Client) => Promise<Readonly<Record<string, unknown>>>;
  readonly now: () => Date;
};
/** A sign-in that opens a session. */
export type Opening = {
  readonly user: User;
  readonly client: Client;
  readonly isRemembered: boolean;
  /** A notice to the user, written in the same transaction as the session. */
  readonly notice?: Message | undefined;
};

/**
 * Makes the function that opens a session for a user who has proved who they are; it answers with the tokens. Hooks run
 * first, so a failing hook leaves no session behind.
 */
export function sessionOpener(needs: Needs): (opening: Opening) => Promise<TokenPair> {
  return (opening) => openSession(needs, opening);
}

async function openSession(needs: Needs, opening: Opening): Promise<TokenPair> {
  const { user, client, isRemembered, notice } = opening;
  const [personal, added] = await Promise.all([needs.personal(user), needs.addition(user, client)]);
  const now = needs.now();
  const { idleSeconds, rememberedSeconds, sessionSeconds } = needs.lifetimes;
  const session = newSession(beginningOf(opening), { idleSeconds: isRemembered ? rememberedSeconds : idleSeconds, sessionSeconds }, now);
  const [pair] = await Promise.all([signPair(needs, session, now, personal), needs.sessions.add(session, notice)]);
  return { ...pair, added };
}

type Beginning = Pick<Session, 'userId' | 'epoch' | 'isRemembered'> & { readonly sid?: string; readonly client: Client };

/** A session that begins now. It is over `idleSeconds` after its last use, and after `sessionSeconds` in any case. */
export function newSession(
  { userId, epoch, isRemembered, sid = randomId(), client: { requestId, device, address } }: Beginning,
  { idleSeconds, sessionSeconds }: Pick<Lifetimes, 'idleSeconds' | 'sessionSeconds'>,
  now: Date,
): Session {
  const openedAt = epochSeconds(now);
  return {
    userId,
    sid,
    generation: 0,
    jti: randomId(),
    epoch,
    rotatedAtMs: now.getTime(),
    requestId,
    parent: -1,
    rotatedBy: clientMark({ device, address }),
    idleSeconds,
    isRemembered,
    expiresAt: openedAt + idleSeconds,
    endsAt: openedAt + sessionSeconds,
    openedAt,
    device,
    address,
  };
}

/** The user and the client that a new session belongs to. */
export function beginningOf({ user, client, isRemembered }: Opening): Beginning {
  return { userId: user.id, epoch: user.tokenEpoch, isRemembered, client };
}
