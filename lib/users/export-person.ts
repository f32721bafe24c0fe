import type { ApiToken } from '#lib/api-tokens/api-token.ts';
import type { ApiTokenStore } from '#lib/api-tokens/api-token-store.ts';
import type { Session } from '#lib/sessions/session.ts';
import type { SessionStore } from '#lib/sessions/session-store.ts';
import type { User } from './user.ts';

type Needs = { readonly sessions: Pick<SessionStore, 'list'>; readonly tokens: Pick<ApiTokenStore, 'list'> };

/** Everything that is held about somebody, but for hashes. */
export type Person = { readonly user: User; readonly sessions: readonly Session[]; readonly apiTokens: readonly ApiToken[] };

/** More sessions than anybody has; a Lambda's answer holds some ten thousand of them. */
const mostSessions = 5000;

/** Gathers what is held about a user, sessions and tokens too that are over and not cleaned away yet. */
export async function exportPerson({ sessions, tokens }: Needs, user: User): Promise<Person> {
  const [found, apiTokens] = await Promise.all([sessions.list(user.id, mostSessions), tokens.list(user.id)]);
  const newest = found.toSorted((one, other) => other.openedAt - one.openedAt);
  return { user, sessions: newest, apiTokens: apiTokens.toSorted((one, other) => other.createdAt - one.createdAt) };
}
