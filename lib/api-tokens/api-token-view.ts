import { array, nullable, object, string } from 'valibot';
import type { ApiToken } from './api-token.ts';
import type { CreatedApiToken } from './create-api-token.ts';

const described = { id: string(), name: string(), created_at: string(), expires_at: nullable(string()) };

/** The answer of `/api-token-auth/`. Django REST Framework's has only `token`. The token is never shown again. */
export const createdApiTokenView = object({ token: string(), ...described });

/** `last_used_at` may be an hour behind; null: not used yet. `expires_at` null: it does not expire. */
export const apiTokensView = object({ results: array(object({ ...described, last_used_at: nullable(string()) })) });

/** The view of a new API token. */
export function viewCreatedApiToken({ token, text }: CreatedApiToken) {
  return { token: text, ...describe(token) };
}

/** The view of a user's API tokens. */
export function viewApiTokens(tokens: readonly ApiToken[]) {
  return { results: tokens.map((token) => ({ ...describe(token), last_used_at: instant(token.lastUsedAt) })) };
}

function describe({ id, name, createdAt, expiresAt }: ApiToken) {
  return { id, name, created_at: new Date(createdAt * 1000).toISOString(), expires_at: instant(expiresAt) };
}

const instant = (seconds: number | undefined) => (seconds === undefined ? null : new Date(seconds * 1000).toISOString());
