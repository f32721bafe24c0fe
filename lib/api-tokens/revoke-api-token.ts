import { uuidv7 } from '#lib/ids.ts';
import { Problem } from '#lib/problem.ts';
import type { ApiTokenKey, ApiTokenStore } from './api-token-store.ts';

type Needs = { readonly tokens: Pick<ApiTokenStore, 'remove'>; readonly now: () => Date };

const tokenId = /^[0-9a-f]{32}$/;

/**
 * Takes one of somebody's API tokens back, the one they are calling with as well; it is dead when this is done. Throws `not_found` where
 * there is none of that id, also where it is another's, and where it was revoked before.
 */
export async function revokeApiToken({ tokens, now }: Needs, key: ApiTokenKey): Promise<void> {
  if (!tokenId.test(key.id)) throw new Problem('not_found', { reason: 'no id of an API token' });
  const at = now();
  const outcome = await tokens.remove(key, { id: uuidv7(at), type: 'api_token_revoked', userId: key.userId, at });
  if (outcome === 'absent') throw new Problem('not_found', { reason: 'no such API token' });
  if (outcome === 'busy') throw new Problem('unavailable', { retryAfterSeconds: 1, reason: 'API token is being written by others' });
}
