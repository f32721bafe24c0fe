import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { clearRows } from '#lib/aws/clear-rows.ts';
import { conditional } from '#lib/aws/conditional.ts';
import { dynamo } from '#lib/aws/dynamo.ts';
import { batches } from '#lib/aws/patience.ts';
import { transact } from '#lib/aws/transact.ts';
import { epochSeconds } from '#lib/duration.ts';
import { randomId } from '#lib/ids.ts';
import type { Message } from '#lib/messages/message.ts';
import { messageItem } from '#lib/messages/message-item.ts';
import { eventItem } from '#lib/outbox/event-item.ts';
import { Problem } from '#lib/problem.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { longestLeewaySeconds } from '#lib/settings/rules.ts';
import { adoptionItems, spentItem } from './adoption-items.ts';
import { isOver, type Session } from './session.ts';
import { fromItem, toItem } from './session-item.ts';
import { sessionOpened } from './session-opened.ts';
import type { SessionKey, SessionStore } from './session-store.ts';

type Tables = Pick<Settings, 'SESSIONS_TABLE' | 'TOKEN_BLACKLIST_TABLE' | 'OUTBOX_TABLE' | 'USERS_TABLE'>;

/**
 * Sessions in DynamoDB: one row a sign-in, about 0.4 kB. A refresh updates the row, so only sign-ins add rows.
 *
 * | attribute | | |
 * |---|---|---|
 * | `user_id`, `sid` | key | the user and the session |
 * | `generation`, `jti` | | which refresh token is the current one |
 * | `rotated_at`, `request_id` | | when (ms) and by which request it was last rotated, or its sliding token renewed |
 * | `idle_seconds`, `expires_at` (TTL), `ends_at`, `opened_at` | | seconds; over at the earlier of `expires_at` and `ends_at` |
 * | `epoch`, `device`, `address`, `is_remembered` | | as at sign-in |
 * | `is_adopted` | | true if a foreign token opened it and no sign-in |
 *
 * | operation | calls | units |
 * |---|---|---|
 * | add | 1 TransactWrite: row, event, notice if there is one | 4 writes; 6 |
 * | rotate | 1 conditional Update, which also returns the row to a request that lost | 1 write |
 * | renew | 1 conditional Update, which also returns the row to a request that changes nothing | 1 write |
 * | get | 1 consistent Get | 1 read |
 * | adopt | 1 TransactWrite: row made by an Update, `jti` blacklisted, event; 1 consistent Get for a request that lost | 6 writes |
 * | spend | 1 TransactWrite of 1 Put | 2 writes |
 * | end | 1 TransactWrite: row deleted, `sid` blacklisted, event | 6 writes |
 * | list | 1 consistent Query, which holds about 2,500 rows | 1 read for 4 kB, about ten rows |
 * | endAll | 1 TransactWrite: +1 on the user's `token_epoch`, event | 4 writes, 2 an index entry |
 * | remove | 1 Delete a row, ten at a time | 1 write a row |
 * | clearAway | 1 consistent Query, then 1 conditional Delete a row, ten at a time | 1 read for 4 kB, 1 write a row |
 */
export function dynamoSessionStore(tables: Tables, client: DynamoDBDocumentClient = dynamo()): SessionStore {
  const tell = (notice?: Message) => (notice ? [{ Put: { TableName: tables.OUTBOX_TABLE, Item: messageItem(notice) } }] : []);
  const get = async ({ userId, sid }: SessionKey) => {
    const { Item } = await client.send(
      new GetCommand({ TableName: tables.SESSIONS_TABLE, Key: { user_id: userId, sid }, ConsistentRead: true }),
    );
    return Item && fromItem(Item);
  };

  return {
    async add(session, notice) {
      const row = {
        TableName: tables.SESSIONS_TABLE,
        Item: toItem(session),
        ConditionExpression: 'attribute_not_exists(sid) OR jti = :jti', // a retry after a lost answer finds its own row
        ExpressionAttributeValues: { ':jti': session.jti },
      };
      const told = [eventItem(sessionOpened(session)), ...(notice ? [messageItem(notice)] : [])];
      const puts = told.map((Item) => ({ Put: { TableName: tables.OUTBOX_TABLE, Item } }));
      const [obstacle] = await transact(client, session.jti, [{ Put: row }, ...puts]);
      unlessBusy(obstacle);
    },

    get,

    async adopt(session, spent) {
      const [obstacle] = await transact(client, session.jti, adoptionItems(tables, session, spent));
      if (!obstacle) return 'adopted';
      const found = await get(session);
      if (!found) unlessBusy(obstacle);
      return { found };
    },

    async spend(token) {
      // A transaction has a request token: after a lost answer, the SDK's retry of a plain Put would find its own row
      // and take it for another's.
      const [obstacle = 'spent'] = await transact(client, randomId(), [{ Put: spentItem(tables, token), unmet: 'already' }]);
      return unlessBusy(obstacle);
    },

    async rotate({ userId, sid, generation, parent, jti, requestId, by, now }) {
      const command = new UpdateCommand({
        TableName: tables.SESSIONS_TABLE,
        Key: { user_id: userId, sid },
        UpdateExpression:
          'SET generation = :next, parent = :parent, jti = :jti, rotated_at = :ms, request_id = :request, rotated_by = :by, ' +
          'expires_at = :now + idle_seconds',
        ConditionExpression: 'generation = :current AND expires_at > :now AND ends_at > :now',
        ExpressionAttributeValues: {
          ':current': generation,
          ':next': generation + 1,
          ':parent': parent,
          ':by': by,
          ':jti': jti,
          ':ms': now.getTime(),
          ':now': epochSeconds(now),
          ':request': requestId,
        },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const { done, found } = await conditional(client.send(command));
      return done ? { rotated: fromItem(done.Attributes ?? {}) } : { found: found && fromItem(found) };
    },

    async renew({ userId, sid, jti, expiresAt, now }) {
      const command = new UpdateCommand({
        TableName: tables.SESSIONS_TABLE,
        Key: { user_id: userId, sid },
        UpdateExpression: 'SET rotated_at = :ms, expires_at = :until',
        // Never back: another request, or another machine's clock, may have been ahead of this one.
        ConditionExpression: 'jti = :jti AND expires_at > :now AND ends_at > :now AND expires_at <= :until',
        ExpressionAttributeValues: { ':jti': jti, ':ms': now.getTime(), ':now': epochSeconds(now), ':until': expiresAt },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const { done, found } = await conditional(client.send(command));
      if (done) return fromItem(done.Attributes ?? {});
      const other = found && fromItem(found);
      return other && other.jti === jti && !isOver(other, now) ? other : undefined;
    },

    async end({ userId, sid, endsAt }, event, notice) {
      const row = { TableName: tables.SESSIONS_TABLE, Key: { user_id: userId, sid }, ConditionExpression: 'attribute_exists(sid)' };
      const [obstacle = 'ended'] = await transact(client, event.id, [
        { Delete: row, unmet: 'absent' }, // another request has just ended it
        { Put: { TableName: tables.TOKEN_BLACKLIST_TABLE, Item: { id: sid, expires_at: endsAt + longestLeewaySeconds } } },
        { Put: { TableName: tables.OUTBOX_TABLE, Item: eventItem(event) } },
        ...tell(notice),
      ]);
      return unlessBusy(obstacle);
    },

    async list(userId, most) {
      const sessions: Session[] = [];
      let from: Record<string, unknown> | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await client.send(
          new QueryCommand({
            TableName: tables.SESSIONS_TABLE,
            KeyConditionExpression: 'user_id = :user',
            ExpressionAttributeValues: { ':user': userId },
            ConsistentRead: true,
            Limit: most - sessions.length,
            ExclusiveStartKey: from,
          }),
        );
        sessions.push(...Items.map(fromItem));
        from = LastEvaluatedKey;
      } while (from && sessions.length < most);
      return sessions;
    },

    async endAll(userId, event, notice) {
      const row = {
        TableName: tables.USERS_TABLE,
        Key: { id: userId },
        UpdateExpression: 'ADD token_epoch :one',
        ConditionExpression: 'attribute_exists(id)',
        ExpressionAttributeValues: { ':one': 1 },
      };
      const news = { TableName: tables.OUTBOX_TABLE, Item: eventItem(event) };
      const [obstacle = 'ended'] = await transact(client, event.id, [{ Update: row, unmet: 'absent' }, { Put: news }, ...tell(notice)]);
      return unlessBusy(obstacle);
    },

    async clearAway(userId, until) {
      await clearRows(client, {
        table: tables.SESSIONS_TABLE,
        userId,
        sortKey: 'sid',
        // In the second of the deletion, the millisecond of the last rotation decides; a new session's is that of its
        // opening.
        condition: 'opened_at < :second OR (opened_at = :second AND rotated_at <= :ms)',
        values: { ':second': epochSeconds(until), ':ms': until.getTime() },
      });
    },

    async remove(sessions) {
      const one = ({ userId, sid }: SessionKey) =>
        client.send(new DeleteCommand({ TableName: tables.SESSIONS_TABLE, Key: { user_id: userId, sid } }));
      for (const some of batches(sessions, 10)) await Promise.all(some.map(one));
    },
  };
}

/** Throws `unavailable` if the rows stayed busy; any other outcome is returned. */
function unlessBusy<Outcome>(outcome: Outcome): Exclude<Outcome, 'busy'> {
  if (outcome === 'busy') throw new Problem('unavailable', { retryAfterSeconds: 1, reason: 'session is being written by others' });
  return outcome as Exclude<Outcome, 'busy'>;
}
