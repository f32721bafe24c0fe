import { uuidv7 } from '#lib/ids.ts';
import { Problem } from '#lib/problem.ts';
import type { ApiTokenKey, ApiTokenStore } from './api-token-store.ts';

type Needs = { readonly tokens: Pick<ApiTokenStore, 'remove'>; readonly now: () => Date };

const tokenId = /^[0-9a-f]{32}$/;

/**
 * Revokes one of the user's API tokens, which may be the one of this request. It is void once this resolves. Throws
 * `not_found` if the user has no such token, or it was revoked before.
 */
export async function revokeApiToken({ tokens, now }: Needs, key: ApiTokenKey): Promise<void> {
  if (!tokenId.test(key.id)) throw new Problem('not_found', { reason: 'no id of an API token' });
  const at = now();
  const outcome = await tokens.remove(key, { id: uuidv7(at), type: 'api_token_revoked', userId: key.userId, about: key.id, at });
  if (outcome === 'absent') throw new Problem('not_found', { reason: 'no such API token' });
  if (outcome === 'busy') throw new Problem('unavailable', { retryAfterSeconds: 1, reason: 'API token is being written by others' });
}
