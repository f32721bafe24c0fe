import type { ApiTokenStore } from '#lib/api-tokens/api-token-store.ts';
import { uuidv7 } from '#lib/ids.ts';
import type { Message } from '#lib/messages/message.ts';
import { endOthers } from '#lib/sessions/end-others.ts';
import { cleanUpAfter, type EndingAll, sessionsToDie } from '#lib/sessions/end-with-epoch.ts';
import type { SessionStore } from '#lib/sessions/session-store.ts';

/** What it takes to end the sessions of a user. */
export type EndingOfUser = EndingAll & {
  readonly sessions: Pick<SessionStore, 'list' | 'remove' | 'end' | 'endAll'>;
  readonly apiTokens: Pick<ApiTokenStore, 'clearAway'>;
};

/**
 * Ends all sessions of a user (ASVS 7.4.5); their access and refresh tokens are void afterwards. Without `isEverything`,
 * sessions end one by one, and API tokens go on. With it, the next token epoch begins in one write: API tokens, and codes
 * and links that were sent, are void as well. Both can be repeated. A user who is gone has no sessions.
 */
export async function endSessionsOf(
  needs: EndingOfUser,
  { id: userId }: { readonly id: string },
  { isEverything, notice }: { readonly isEverything: boolean; readonly notice?: Message | undefined },
): Promise<void> {
  if (!isEverything) return await endOthers(needs, { userId, own: undefined, notice });
  const dead = await sessionsToDie(needs, userId);
  const at = needs.now();
  await needs.sessions.endAll(userId, { id: uuidv7(at), type: 'all_sessions_ended', userId, at }, notice);
  await needs.apiTokens.clearAway(userId, at);
  await cleanUpAfter(needs, userId, dead);
}
