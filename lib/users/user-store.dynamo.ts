import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { conditional } from '#lib/aws/conditional.ts';
import { dynamo } from '#lib/aws/dynamo.ts';
import { batches, unansweredTables } from '#lib/aws/patience.ts';
import { transact } from '#lib/aws/transact.ts';
import { now } from '#lib/clock.ts';
import type { Identifier, IdentifierKind } from '#lib/names/identifier.ts';
import { eventItem } from '#lib/outbox/event-item.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { startOf } from './directory.ts';
import { roleItems } from './role-items.ts';
import { fromItem, toAccount, toItem, type UserItem } from './user-item.ts';
import type { UserStore } from './user-store.ts';

type Tables = Pick<Settings, 'USERS_TABLE' | 'IDENTIFIERS_TABLE' | 'ROLES_TABLE' | 'OUTBOX_TABLE'>;

type Change = Omit<UpdateCommandInput, 'TableName' | 'Key'>;

/** Stands in `avatar_before` where there was no picture. */
const noAvatar = '-';

const hideAvatar: Change = {
  UpdateExpression: 'SET avatar_before = if_not_exists(avatar, :none) REMOVE avatar',
  ConditionExpression: 'attribute_exists(id)',
  ExpressionAttributeValues: { ':none': noAvatar },
  ReturnValues: 'UPDATED_OLD',
};

/**
 * `avatar_before` is what makes a repeated write harmless: when the SDK repeats one whose answer was lost, and another upload came in
 * between, the repeat must not put its picture back, which that upload has removed.
 */
const showAvatar = (name: string): Change => ({
  UpdateExpression: 'SET avatar_before = if_not_exists(avatar, :none), avatar = :name',
  ConditionExpression: [
    'attribute_exists(id)',
    '(attribute_not_exists(avatar) OR avatar <> :name)',
    '(attribute_not_exists(avatar_before) OR avatar_before <> :name)',
  ].join(' AND '),
  ExpressionAttributeValues: { ':none': noAvatar, ':name': name },
  ReturnValues: 'UPDATED_OLD',
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
});

const indexes = {
  username: { name: 'by-username', start: 'username_start', key: 'username_key' },
  email: { name: 'by-email', start: 'email_start', key: 'email_key' },
  mobile: { name: 'by-mobile', start: 'mobile_start', key: 'mobile' },
} as const satisfies Record<IdentifierKind, { name: string; start: keyof UserItem; key: keyof UserItem }>;

/**
 * Users in DynamoDB.
 *
 * | table | key | holds |
 * |---|---|---|
 * | users | `id` | one row a user, about 0.7 kB; `username_key`, `email_key`, `mobile` are what the indexes find it by, each parted by its `…_start`; `name_key` and `joined_key`, `directory` are for searches and lists; `x_…`: the project's own attributes; `avatar_before`: see `showAvatar` |
 * | roles | `role`, `member` | who has a role: see `roleItems` |
 * | identifiers | `identifier` | `user_id`, `kind`: who owns the name; this, not an index, is what makes names unique |
 *
 * | operation | calls | units |
 * |---|---|---|
 * | add | 1 TransactWrite: user, 2–3 identifiers, roles if any, event | 2 writes an item, 1 an index entry: 4–5 of those |
 * | findByIdentifier | 1 Query beside 1 consistent Get; 1 more Get where the index lags | 1.5 reads |
 * | get | 1 Get | 1 read |
 * | upgradePassword, setLastLogin, setAvatar | 1 Update | 1 write |
 *
 * Indexes are eventually consistent: they find, `identifiers` decides. Both are asked at once, whoever exists, so that an
 * unknown name takes as long as a known one.
 */
export function dynamoUserStore(tables: Tables, client: DynamoDBDocumentClient = dynamo()): UserStore {
  const userRow = async (id: string): Promise<UserItem | undefined> => {
    const { Item } = await client.send(new GetCommand({ TableName: tables.USERS_TABLE, Key: { id }, ConsistentRead: true }));
    return Item as UserItem | undefined;
  };

  const update = async (id: string, change: Change) =>
    await client.send(new UpdateCommand({ TableName: tables.USERS_TABLE, Key: { id }, ...change }));

  const indexed = async ({ kind, value }: Identifier): Promise<UserItem | undefined> => {
    const { name, start, key } = indexes[kind];
    const query = {
      KeyConditionExpression: '#start = :start AND #key = :value',
      ExpressionAttributeNames: { '#start': start, '#key': key },
      ExpressionAttributeValues: { ':start': startOf(kind, value), ':value': value },
    };
    const { Items } = await client.send(new QueryCommand({ TableName: tables.USERS_TABLE, IndexName: name, Limit: 1, ...query }));
    return Items?.[0] as UserItem | undefined;
  };

  const owner = async ({ value }: Identifier): Promise<string | undefined> => {
    const { Item } = await client.send(
      new GetCommand({ TableName: tables.IDENTIFIERS_TABLE, Key: { identifier: value }, ConsistentRead: true }),
    );
    return Item?.['user_id'] as string | undefined;
  };

  return {
    async add(user, identifiers, event) {
      const names = identifiers.map(({ kind, value }) => ({
        Put: {
          TableName: tables.IDENTIFIERS_TABLE,
          Item: { identifier: value, kind, user_id: user.id },
          ConditionExpression: 'attribute_not_exists(identifier)',
        },
        unmet: kind,
      }));
      const row = { Put: { TableName: tables.USERS_TABLE, Item: toItem(user), ConditionExpression: 'attribute_not_exists(id)' } };
      const roles = roleItems(user).map((Item) => ({ Put: { TableName: tables.ROLES_TABLE, Item } }));
      const news = { Put: { TableName: tables.OUTBOX_TABLE, Item: eventItem(event) } };
      const obstacles = await transact(client, event.id, [...names, row, ...roles, news]);
      if (obstacles.length === 0) return 'added';
      const taken = obstacles.filter((obstacle) => obstacle !== 'busy');
      return taken.length > 0 ? { taken } : 'busy';
    },

    async findByIdentifier(identifier) {
      const [found, ownerId] = await Promise.all([indexed(identifier), owner(identifier)]);
      if (ownerId === undefined) return undefined;
      const item = found?.id === ownerId ? found : await userRow(ownerId);
      return item && toAccount(item, now());
    },

    async get(id) {
      const item = await userRow(id);
      return item && fromItem(item, now());
    },

    async upgradePassword(id, from, to) {
      const change = {
        UpdateExpression: 'SET password = :to',
        ConditionExpression: 'password = :from',
        ExpressionAttributeValues: { ':from': from, ':to': to },
      };
      const { done } = await conditional(update(id, change));
      return done ? 'upgraded' : 'changed-meanwhile';
    },

    async setLastLogin(id, at) {
      const change = {
        UpdateExpression: 'SET last_login = :at',
        ConditionExpression: 'attribute_exists(id)',
        ExpressionAttributeValues: { ':at': at.toISOString() },
      };
      await conditional(update(id, change));
    },

    async setAvatar(id, name) {
      const { done, found } = await conditional(update(id, name === undefined ? hideAvatar : showAvatar(name)));
      if (done) return { previous: done.Attributes?.['avatar'] as string | undefined };
      if (!found) return 'absent';
      const isOurs = found['avatar'] === name && found['avatar_before'] !== noAvatar;
      return { previous: isOurs ? (found['avatar_before'] as string | undefined) : undefined };
    },

    async avatarsOf(ids) {
      const avatars = new Map<string, string | undefined>();
      for (const batch of batches([...new Set(ids)], 100)) {
        let keys: Record<string, unknown>[] = batch.map((id) => ({ id }));
        for (let attempt = 0; keys.length > 0; attempt += 1) {
          const request = { [tables.USERS_TABLE]: { Keys: keys, ProjectionExpression: 'id, avatar', ConsistentRead: true } };
          const answer = await client.send(new BatchGetCommand({ RequestItems: request }));
          for (const item of answer.Responses?.[tables.USERS_TABLE] ?? [])
            avatars.set(item['id'] as string, item['avatar'] as string | undefined);
          keys = (await unansweredTables(answer, attempt))[tables.USERS_TABLE] ?? [];
        }
      }
      return avatars;
    },
  };
}
