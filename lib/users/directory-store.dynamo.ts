import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '#lib/aws/dynamo.ts';
import { readRows } from '#lib/aws/read-rows.ts';
import { now } from '#lib/clock.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { joinedKey, type SearchedName, shards, shelf, startOf, userStates } from './directory.ts';
import type { DirectoryQuery, DirectoryStore } from './directory-store.ts';
import type { User } from './user.ts';
import { fromItem, nameColumns, stateOf, type UserItem } from './user-item.ts';

type Tables = Pick<Settings, 'USERS_TABLE' | 'IDENTIFIERS_TABLE' | 'ROLES_TABLE'>;
/** A hit of an index, and where a page that ends with it goes on. */
type Hit = { readonly id: string; readonly position: string };
type Span = { readonly limit: number; readonly after: string | undefined };

const named = {
  username: { IndexName: 'by-username', start: 'username_start', key: 'username_key' },
  email: { IndexName: 'by-email', start: 'email_start', key: 'email_key' },
  mobile: { IndexName: 'by-mobile', start: 'mobile_start', key: 'mobile' },
  name: { IndexName: 'by-name', start: 'name_start', key: 'name_key' },
} as const satisfies Record<SearchedName, { IndexName: string; start: keyof UserItem; key: keyof UserItem }>;

/**
 * Lists of users in DynamoDB, over the indexes of the users table and the rows of the roles table. Each query reads one more hit than a page has, which
 * tells whether there is another.
 *
 * | operation | calls | units for a page of n |
 * |---|---|---|
 * | page by when they joined | 4 Query at once, 8 where the state does not matter (one a shard, merged) and 1 BatchGet | n reads, and 0.5 for each 4 kB of hits |
 * | page by role or name | 1 Query, 1 BatchGet | the same, or 1 for 4 kB of roles, which are read consistently |
 * | owner | 2 BatchGet | 2 reads |
 */
export function dynamoDirectoryStore(tables: Tables, client: DynamoDBDocumentClient = dynamo()): DirectoryStore {
  const query = async (input: Omit<QueryCommandInput, 'TableName'>, TableName = tables.USERS_TABLE) =>
    (await client.send(new QueryCommand({ TableName, ...input }))).Items ?? [];

  const users = async (ids: readonly string[]): Promise<Map<string, User>> => {
    const Keys = [...new Set(ids)].map((id) => ({ id }));
    const { [tables.USERS_TABLE]: rows = [] } = Keys.length > 0 ? await readRows(client, { [tables.USERS_TABLE]: Keys }) : {};
    return new Map(rows.map((row) => [row['id'] as string, fromItem(row as UserItem, now())]));
  };

  const newest = (hash: string, range: string, value: string, { limit, after }: Span) => ({
    KeyConditionExpression: `#hash = :hash${after === undefined ? '' : ' AND #range < :after'}`,
    ExpressionAttributeNames: { '#hash': hash, ...(after !== undefined && { '#range': range }) },
    ExpressionAttributeValues: { ':hash': value, ...(after !== undefined && { ':after': after }) },
    ScanIndexForward: false,
    Limit: limit + 1,
  });

  const byJoined = async (state: string | undefined, span: Span): Promise<Hit[]> => {
    const shelves = userStates
      .filter((each) => state === undefined || each === state)
      .flatMap((each) => shards.map((shard) => shelf(each, shard)));
    const found = await Promise.all(
      shelves.map((each) => query({ IndexName: 'directory', ...newest('directory', 'joined_key', each, span) })),
    );
    const hits = found.flat().map((item) => ({ id: item['id'] as string, position: item['joined_key'] as string }));
    return hits.sort((one, other) => (one.position < other.position ? 1 : -1)).filter(({ id }, index) => hits[index - 1]?.id !== id);
  };

  const byRole = async (role: string, span: Span): Promise<Hit[]> => {
    const rows = await query({ ...newest('role', 'member', role, span), ConsistentRead: true }, tables.ROLES_TABLE);
    return rows.map((row) => ({ id: row['user_id'] as string, position: row['member'] as string }));
  };

  const byName = async (kind: SearchedName, start: string, { limit, after }: Span): Promise<Hit[]> => {
    const { IndexName, start: hash, key } = named[kind];
    const [afterKey = '', afterId = ''] = after === undefined ? [] : (JSON.parse(after) as string[]);
    const rows = await query({
      IndexName,
      KeyConditionExpression: '#hash = :hash AND begins_with(#key, :start)',
      ExpressionAttributeNames: { '#hash': hash, '#key': key, '#id': 'id' },
      ExpressionAttributeValues: { ':hash': startOf(kind, start), ':start': start },
      ProjectionExpression: '#id, #key',
      ...(after !== undefined && { ExclusiveStartKey: { [hash]: startOf(kind, start), [key]: afterKey, id: afterId } }),
      Limit: limit + 1,
    });
    return rows.map((row) => ({ id: row['id'] as string, position: JSON.stringify([row[key], row['id']]) }));
  };

  const hits = async (wanted: DirectoryQuery, span: Span) => {
    if (wanted.by === 'joined') return await byJoined(wanted.state, span);
    return wanted.by === 'role' ? await byRole(wanted.role, span) : await byName(wanted.by, wanted.start, span);
  };

  return {
    async page(wanted, span) {
      const found = await hits(wanted, span);
      const page = found.slice(0, span.limit);
      const rows = await users(page.map(({ id }) => id));
      const fresh = page.flatMap(({ id, position }) => {
        const user = rows.get(id);
        return user && isStillSo(wanted, user, position) ? [user] : [];
      });
      return { users: fresh, next: found.length > span.limit ? page.at(-1)?.position : undefined };
    },

    async owner({ value }) {
      const found = await readRows(client, { [tables.IDENTIFIERS_TABLE]: [{ identifier: value }] });
      const id = found[tables.IDENTIFIERS_TABLE]?.[0]?.['user_id'] as string | undefined;
      return id === undefined ? undefined : (await users([id])).get(id);
    },
  };
}

/** Whether what an index said of somebody is so in their row. */
function isStillSo(wanted: DirectoryQuery, user: User, position: string): boolean {
  if (wanted.by === 'joined') return wanted.state === undefined || stateOf(user) === wanted.state;
  if (wanted.by === 'role') return user.roles.includes(wanted.role) && joinedKey(user) === position;
  return nameColumns(user)[named[wanted.by].key]?.startsWith(wanted.start) ?? false;
}
