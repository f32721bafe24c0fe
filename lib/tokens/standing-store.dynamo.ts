import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '#lib/aws/dynamo.ts';
import { readRows } from '#lib/aws/read-rows.ts';
import { epochSeconds } from '#lib/duration.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { fromItem, type UserItem } from '#lib/users/user-item.ts';
import type { StandingStore } from './standing-store.ts';

type Tables = Pick<Settings, 'USERS_TABLE' | 'TOKEN_BLACKLIST_TABLE'> & { readonly SESSIONS_TABLE?: string | undefined };
type Item = Record<string, unknown>;

/**
 * Standing in DynamoDB: one BatchGet over three tables, consistent, 1 read unit a row.
 *
 * | table | key | holds |
 * |---|---|---|
 * | token-blacklist | `id`: a `jti` or a `sid` | `expires_at` (TTL): when the token or session would have expired anyway |
 * | users | `id` | the user |
 * | sessions | `user_id`, `sid` | `generation`, `expires_at`, `ends_at`; for refresh tokens, if the table is given |
 *
 * DynamoDB deletes expired items up to two days late, so every expiry is compared here.
 */
export function dynamoStandingStore(tables: Tables, client: DynamoDBDocumentClient = dynamo()): StandingStore {
  return {
    async standingOf(claims, now) {
      const sessions = claims.token_type === 'refresh' ? tables.SESSIONS_TABLE : undefined;
      const found = await readRows(client, {
        [tables.USERS_TABLE]: [{ id: claims.user_id }],
        [tables.TOKEN_BLACKLIST_TABLE]: [...new Set([claims.jti, claims.sid ?? claims.jti])].map((id) => ({ id })),
        ...(sessions && { [sessions]: [{ user_id: claims.user_id, sid: claims.sid }] }),
      });
      const isAlive = (item: Item, attribute: string) => (item[attribute] as number) > epochSeconds(now);
      const [user] = found[tables.USERS_TABLE] ?? [];
      const session = found[sessions ?? '']?.find((item) => isAlive(item, 'expires_at') && isAlive(item, 'ends_at'));
      return {
        user: user && fromItem(user as UserItem, now),
        isBlacklisted: (found[tables.TOKEN_BLACKLIST_TABLE] ?? []).some((item) => isAlive(item, 'expires_at')),
        generation: session?.['generation'] as number | undefined,
      };
    },
  };
}
