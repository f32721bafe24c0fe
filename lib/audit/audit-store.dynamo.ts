import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { clearRows } from '#lib/aws/clear-rows.ts';
import { dynamo } from '#lib/aws/dynamo.ts';
import { transact } from '#lib/aws/transact.ts';
import { randomId } from '#lib/ids.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { dayShard, fromItem, shards, toItem } from './audit-item.ts';
import type { AuditQuery, AuditStore } from './audit-store.ts';
import type { Entry } from './entry.ts';
import { dayBefore, dayOf, justBefore, merged, type Part } from './pages.ts';

type Tables = Pick<Settings, 'AUDIT_TABLE' | 'USERS_TABLE' | 'AUDIT_RETENTION'>;

/** How many rounds of queries a page makes at most, so that a rare type in a long trail does not run into the time-out. */
const mostRounds = 31;
/** The rows that a query looks at if it filters by type. */
const looked = 200;

/**
 * The audit trail in DynamoDB: one row an event, about 0.5 kB.
 *
 * | attribute | | |
 * |---|---|---|
 * | `user_id`, `at_id` | key | the user, and the instant with the event's id |
 * | `actor_id`, `at_id` | index `by-actor` | |
 * | `day`, `at_id` | index `by-day` | the day in UTC and one of four shards, `2026-05-01#3` |
 * | `id`, `type`, `about`, `fields` | | the event |
 * | `sid`, `address_hash`, `device`, `request_id`, `via` | | the request |
 * | `expires_at` | TTL | AUDIT_RETENTION after the event; absent if rows are kept for ever |
 *
 * | operation | calls | units |
 * |---|---|---|
 * | put | 1 Put | 1 write, 1 for each index: 3, or 2 without an actor |
 * | putUnlessDeleted | 1 TransactWrite: a check of the user, the row | 2 and 2 writes, 1 for each index: 6 |
 * | page of a user | 1 consistent Query, more if it filters | 1 read for 4 kB |
 * | page of an actor | 1 Query, more if it filters | 0.5 for 4 kB |
 * | page of everyone | 4 Query a day, at most 31 days | 0.5 for 4 kB, 2 for an empty day |
 * | clearAway | 1 consistent Query, 1 conditional Delete a row, ten at a time | 3 writes a row |
 */
export function dynamoAuditStore(tables: Tables, client: DynamoDBDocumentClient = dynamo()): AuditStore {
  const row = (entry: Entry) => ({ TableName: tables.AUDIT_TABLE, Item: toItem(entry, tables.AUDIT_RETENTION) });

  const part = async (partition: Partition, { since, type }: AuditQuery, before: string | undefined, limit: number): Promise<Part> => {
    const least = since?.toISOString() ?? '0';
    const most = before === undefined ? '~' : justBefore(before);
    if (most < least) return { entries: [], read: undefined };
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: tables.AUDIT_TABLE,
        IndexName: partition.index,
        KeyConditionExpression: '#key = :key AND at_id BETWEEN :least AND :most',
        FilterExpression: type && '#type = :type',
        ExpressionAttributeNames: { '#key': partition.key, ...(type && { '#type': 'type' }) },
        ExpressionAttributeValues: { ':key': partition.value, ':least': least, ':most': most, ...(type && { ':type': type }) },
        ConsistentRead: partition.index === undefined,
        ScanIndexForward: false,
        Limit: type ? looked : limit + 1,
      }),
    );
    return { entries: Items.map(fromItem), read: LastEvaluatedKey?.['at_id'] as string | undefined };
  };

  /** One round of queries, and the place that the next one begins at. */
  const round = async (query: AuditQuery, before: string | undefined, limit: number) => {
    if (query.of !== 'everyone') return merged([await part(partitionOf(query), query, before, limit)], limit);
    const day = dayOf(before ?? query.until.toISOString());
    const found = merged(await Promise.all(shards.map((shard) => part(dayPartition(day, shard), query, before, limit))), limit);
    const isDone = found.next === undefined && day <= query.since.toISOString().slice(0, 10);
    return { ...found, next: found.next ?? (isDone ? undefined : dayBefore(day)) };
  };

  return {
    async put(entry) {
      await client.send(new PutCommand(row(entry)));
    },

    async putUnlessDeleted(entry) {
      // Not the event's id: the transaction that wrote the event has used it as its token.
      const user = { TableName: tables.USERS_TABLE, Key: { id: entry.userId }, ConditionExpression: 'attribute_exists(id)' };
      const [obstacle] = await transact(client, randomId(), [{ ConditionCheck: user, unmet: 'deleted' }, { Put: row(entry) }]);
      if (obstacle === 'busy') throw new Error('the user or the entry is being written by others');
    },

    async page(query, { limit, after }) {
      const entries: Entry[] = [];
      let next = after ?? query.until?.toISOString();
      for (let turn = 0; turn < mostRounds; turn += 1) {
        const found = await round(query, next, limit - entries.length);
        entries.push(...found.entries);
        next = found.next;
        if (next === undefined || entries.length >= limit) break;
      }
      return { entries, next };
    },

    async clearAway(userId, until, except) {
      await clearRows(client, {
        table: tables.AUDIT_TABLE,
        userId,
        sortKey: 'at_id',
        condition: 'at_id <= :until AND id <> :except',
        values: { ':until': `${until.toISOString()}~`, ':except': except },
      });
    },
  };
}

type Partition = { readonly index?: 'by-actor' | 'by-day'; readonly key: string; readonly value: string };

function partitionOf(query: Extract<AuditQuery, { of: 'user' | 'actor' }>): Partition {
  return query.of === 'user' ? { key: 'user_id', value: query.id } : { index: 'by-actor', key: 'actor_id', value: query.id };
}

const dayPartition = (day: string, shard: number): Partition => ({ index: 'by-day', key: 'day', value: dayShard(day, shard) });
