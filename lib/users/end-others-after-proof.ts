import type { ApiTokenStore } from '#lib/api-tokens/api-token-store.ts';
import { endOthers } from '#lib/sessions/end-others.ts';
import type { Ending } from '#lib/sessions/end-session.ts';
import type { SessionStore } from '#lib/sessions/session-store.ts';
import type { Entitlement } from './ownership.ts';

/** What it takes to end what others may hold of an account. */
export type EndingOthers = Ending & {
  readonly sessions: Pick<SessionStore, 'end' | 'list'>;
  readonly apiTokens: Pick<ApiTokenStore, 'clearAway'>;
};

type Whose = { readonly sub: string; readonly sid?: string | undefined };

/**
 * Ends the sessions and API tokens that a first proof takes away, except the session it was made in. It happens before
 * the write of the proof, so that a broken-off request can be repeated.
 */
export async function endOthersAfterProof(needs: EndingOthers, { goes }: Entitlement, { sub: userId, sid: own }: Whose): Promise<void> {
  if (goes.includes('other sessions')) await endOthers(needs, { userId, own });
  if (goes.includes('API tokens')) await needs.apiTokens.clearAway(userId, needs.now());
}
