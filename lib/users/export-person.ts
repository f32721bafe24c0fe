import type { ApiToken } from '#lib/api-tokens/api-token.ts';
import type { ApiTokenStore } from '#lib/api-tokens/api-token-store.ts';
import type { AuditStore } from '#lib/audit/audit-store.ts';
import type { Entry } from '#lib/audit/entry.ts';
import type { Session } from '#lib/sessions/session.ts';
import type { SessionStore } from '#lib/sessions/session-store.ts';
import type { User } from './user.ts';

type Needs = {
  readonly sessions: Pick<SessionStore, 'list'>;
  readonly tokens: Pick<ApiTokenStore, 'list'>;
  readonly audit: Pick<AuditStore, 'page'>;
};

/** Everything that is stored about a user, except hashes. */
export type Person = {
  readonly user: User;
  readonly sessions: readonly Session[];
  readonly apiTokens: readonly ApiToken[];
  readonly audit: readonly Entry[];
};

/** More sessions than any user has. An answer of a Lambda holds about ten thousand. */
const mostSessions = 5000;

/** The newest entries of the audit trail that are exported; `/users/{id}/audit/` has all. */
const mostEntries = 5000;

/** Collects what is stored about a user, with sessions and tokens that are over and not cleaned away yet. */
export async function exportPerson({ sessions, tokens, audit }: Needs, user: User): Promise<Person> {
  const [found, apiTokens, { entries }] = await Promise.all([
    sessions.list(user.id, mostSessions),
    tokens.list(user.id),
    audit.page({ of: 'user', id: user.id }, { limit: mostEntries, after: undefined }),
  ]);
  const newest = found.toSorted((one, other) => other.openedAt - one.openedAt);
  return { user, sessions: newest, apiTokens: apiTokens.toSorted((one, other) => other.createdAt - one.createdAt), audit: entries };
}
