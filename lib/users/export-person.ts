import type { ApiToken } from '#lib/api-tokens/api-token.ts';
import type { ApiTokenStore } from '#lib/api-tokens/api-token-store.ts';
import type { Session } from '#lib/sessions/session.ts';
import type { SessionStore } from '#lib/sessions/session-store.ts';
import type { User } from './user.ts';

type Needs = { readonly sessions: Pick<SessionStore, 'list'>; readonly tokens: Pick<ApiTokenStore, 'list'> };

/** Everything that is stored about a user, except hashes. */
export type Person = { readonly user: User; readonly sessions: readonly Session[]; readonly apiTokens: readonly ApiToken[] };

/** More sessions than any user has. An answer of a Lambda holds about ten thousand. */
const mostSessions = 5000;

/** Collects what is stored about a user, with sessions and tokens that are over and not cleaned away yet. */
export async function exportPerson({ sessions, tokens }: Needs, user: User): Promise<Person> {
  const [found, apiTokens] = await Promise.all([sessions.list(user.id, mostSessions), tokens.list(user.id)]);
  const newest = found.toSorted((one, other) => other.openedAt - one.openedAt);
  return { user, sessions: newest, apiTokens: apiTokens.toSorted((one, other) => other.createdAt - one.createdAt) };
}
