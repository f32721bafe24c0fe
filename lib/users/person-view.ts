import { array, nullable, object, record, string, unknown } from 'valibot';
import { apiTokensView, viewApiTokens } from '#lib/api-tokens/api-token-view.ts';
import { auditEntriesView, viewEntries } from '#lib/audit/audit-view.ts';
import { namesOf } from '#lib/names/names-of.ts';
import { sessionsView, viewSessions } from '#lib/sessions/session-view.ts';
import type { Attributes } from './attributes.ts';
import type { Person } from './export-person.ts';
import { userViewWith, viewUser } from './user-view.ts';

/**
 * Everything that is stored about a user, as one document: the user as staff see them, with every stored attribute,
 * declared and readable or not; their names; sessions and API tokens, ended ones too; what is on record about them. It never has a hash, a token or a
 * secret.
 */
export function personViewWith(attributes: Attributes) {
  return object({
    user: object({ ...userViewWith(attributes).entries, attributes: record(string(), unknown()) }),
    suspended_by: nullable(string()),
    identifiers: array(object({ kind: string(), identifier: string() })),
    sessions: sessionsView.entries.results,
    api_tokens: apiTokensView.entries.results,
    audit: auditEntriesView,
  });
}

type Shown = { readonly attributes: Attributes; readonly currentSid: string | undefined; readonly avatarUrl: (name: string) => string };

export function viewPerson({ user, sessions, apiTokens, audit }: Person, { attributes, currentSid, avatarUrl }: Shown) {
  return {
    user: { ...viewUser(user, { attributes, reader: 'staff', avatarUrl }), attributes: { ...user.attributes } },
    suspended_by: user.suspension?.by ?? null,
    identifiers: namesOf(user).map(({ kind, value }) => ({ kind, identifier: value })),
    sessions: viewSessions(sessions, currentSid).results,
    api_tokens: viewApiTokens(apiTokens).results,
    audit: viewEntries(audit, [user.id]),
  };
}
