import { type ApiToken, placeOf } from './api-token.ts';

/** The attributes of an API token's row, as `api-token-store.dynamo.ts` documents them. */
export type ApiTokenItem = {
  user_id: string;
  place: string;
  id: string;
  hash: string;
  name: string;
  epoch: number;
  created_at: number;
  expires_at?: number;
  last_used_at?: number;
};

/** The row of an API token. */
export function toItem(token: ApiToken): ApiTokenItem {
  return {
    user_id: token.userId,
    place: placeOf(token),
    id: token.id,
    hash: token.hash,
    name: token.name,
    epoch: token.epoch,
    created_at: token.createdAt,
    ...(token.expiresAt !== undefined && { expires_at: token.expiresAt }),
    ...(token.lastUsedAt !== undefined && { last_used_at: token.lastUsedAt }),
  };
}

/** The API token of a row. */
export function fromItem(item: ApiTokenItem): ApiToken {
  return {
    userId: item.user_id,
    id: item.id,
    hash: item.hash,
    name: item.name,
    epoch: item.epoch,
    createdAt: item.created_at,
    expiresAt: item.expires_at,
    lastUsedAt: item.last_used_at,
  };
}
