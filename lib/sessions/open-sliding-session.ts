import type { Client } from '#lib/caller/client.ts';
import type { Personal } from '#lib/tokens/personal.ts';
import type { User } from '#lib/users/user.ts';
import { beginningOf, newSession, type Opening } from './open-session.ts';
import type { SessionStore } from './session-store.ts';
import { type SlidingSigning, type SlidingToken, signSliding } from './sliding-token.ts';

type Needs = SlidingSigning & {
  readonly sessions: Pick<SessionStore, 'add'>;
  readonly lifetimes: { readonly renewableSeconds: number; readonly rememberedSeconds: number };
  /** The claims that tokens have about their user, and the fields that hooks.ts adds to the answer. */
  readonly personal: (user: User) => Promise<Personal>;
  readonly addition: (user: User, client: Client) => Promise<Readonly<Record<string, unknown>>>;
  readonly now: () => Date;
};

/**
 * Makes the function that opens a session with a sliding token. The session ends at the token's `refresh_exp`, or
 * earlier once the token was not renewed in time, so that a dead session is not listed.
 */
export function slidingSessionOpener(needs: Needs): (opening: Opening) => Promise<SlidingToken> {
  return (opening) => openSlidingSession(needs, opening);
}

async function openSlidingSession(needs: Needs, opening: Opening): Promise<SlidingToken> {
  const { user, client, isRemembered, notice } = opening;
  const [personal, added] = await Promise.all([needs.personal(user), needs.addition(user, client)]);
  const now = needs.now();
  const { renewableSeconds, rememberedSeconds } = needs.lifetimes;
  const idleSeconds = needs.slidingSeconds + needs.rules.leewaySeconds;
  const session = newSession(
    beginningOf(opening),
    { idleSeconds, sessionSeconds: isRemembered ? rememberedSeconds : renewableSeconds },
    now,
  );
  const [token] = await Promise.all([signSliding(needs, session, session.endsAt, now, personal), needs.sessions.add(session, notice)]);
  return { token, added };
}
