import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isUnavailable } from '#lib/aws/fault.ts';
import { transactOnce, type Write } from '#lib/aws/transact.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { roleItems } from '#lib/users/role-items.ts';
import { nameColumns, toItem } from '#lib/users/user-item.ts';
import type { Arrival, ArrivalState, ArrivalStates, ArrivalStore } from './arrival-store.ts';

type Tables = Pick<Settings, 'USERS_TABLE' | 'IDENTIFIERS_TABLE' | 'ROLES_TABLE'>;
type Row = Readonly<Record<string, unknown>>;

/** What an arrival finds: a user's row under its id, or a name that has an owner. */
type Found = { readonly id: unknown; readonly row: Row } | { readonly owned: unknown };

/**
 * Users who come from elsewhere, in the tables of `user-store.dynamo.ts`. No event is written: nobody has registered.
 *
 * | operation | calls | units |
 * |---|---|---|
 * | look | 1 BatchGet of users and identifiers | 1 read a row |
 * | add | 1 TransactWrite of all of them | 2 writes a row, 1 an index entry: 10 a user, 13 with a mobile number, 2 more a role |
 *
 * A transaction fails as a whole, and says which of its conditions did: whoever's did not is to be asked for again.
 */
export function dynamoArrivalStore(tables: Tables, client: DynamoDBDocumentClient): ArrivalStore {
  const puts = ({ user, identifiers }: Arrival): Write<Found>[] => [
    {
      Put: { TableName: tables.USERS_TABLE, Item: toItem(user), ...unless('id') },
      unmet: (row = {}) => ({ id: user.id, row }),
    },
    ...identifiers.map(({ kind, value }) => ({
      Put: { TableName: tables.IDENTIFIERS_TABLE, Item: { identifier: value, kind, user_id: user.id }, ...unless('identifier') },
      unmet: { owned: value },
    })),
    ...roleItems(user).map((Item) => ({ Put: { TableName: tables.ROLES_TABLE, Item } })),
  ];

  return {
    async look(arrivals) {
      const keys = {
        [tables.USERS_TABLE]: arrivals.map(({ user }) => ({ id: user.id })),
        [tables.IDENTIFIERS_TABLE]: arrivals.flatMap(({ identifiers }) => identifiers.map(({ value }) => ({ identifier: value }))),
      };
      const RequestItems = Object.fromEntries(Object.entries(keys).map(([table, Keys]) => [table, { Keys, ConsistentRead: true }]));
      return await unlessBusy(arrivals, async () => {
        const answer = await client.send(new BatchGetCommand({ RequestItems, ReturnConsumedCapacity: 'TOTAL' }));
        const units = unitsIn(answer.ConsumedCapacity);
        if (Object.keys(answer.UnprocessedKeys ?? {}).length > 0) return { ...nobody(arrivals), units, isBusy: true };
        const users = (answer.Responses?.[tables.USERS_TABLE] ?? []).map((row) => ({ id: row['id'], row }));
        const names = (answer.Responses?.[tables.IDENTIFIERS_TABLE] ?? []).map((row) => ({ owned: row['identifier'] }));
        return { states: standingsOf(arrivals, [...users, ...names]), units, isBusy: false };
      });
    },

    async add(arrivals) {
      const writes = arrivals.flatMap(puts);
      return await unlessBusy(arrivals, async () => {
        const { unmet, isBusy, ConsumedCapacity } = await transactOnce(client, writes, { ReturnConsumedCapacity: 'TOTAL' });
        if (isBusy || unmet.length > 0) return { states: standingsOf(arrivals, unmet), units: 2 * writes.length, isBusy };
        return { states: arrivals.map(() => 'added'), units: unitsIn(ConsumedCapacity), isBusy };
      });
    },
  };
}

const unless = (key: string) =>
  ({ ConditionExpression: `attribute_not_exists(${key})`, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }) as const;

function standingsOf(arrivals: readonly Arrival[], found: readonly Found[]): ArrivalState[] {
  const rows = new Map(found.flatMap((each) => ('id' in each ? [[each.id, each.row]] : [])));
  const owned = new Set(found.flatMap((each) => ('owned' in each ? [each.owned] : [])));
  return arrivals.map(({ user, identifiers }) => {
    const row = rows.get(user.id);
    if (row) return isSame(user, row) ? 'there' : { taken: ['id'] };
    const taken = identifiers.filter(({ value }) => owned.has(value)).map(({ kind }) => kind);
    return taken.length > 0 ? { taken } : 'absent';
  });
}

/** Whether a row is of the same person as they come: the id is, and so are all names they sign in with. */
function isSame(user: Arrival['user'], row: Row): boolean {
  const { username_key, email_key } = nameColumns(user);
  return row['username_key'] === username_key && row['email_key'] === email_key && row['mobile'] === user.mobile;
}

const nobody = (arrivals: readonly Arrival[]) => ({ states: arrivals.map((): ArrivalState => 'absent') });

async function unlessBusy(arrivals: readonly Arrival[], ask: () => Promise<ArrivalStates>): Promise<ArrivalStates> {
  try {
    return await ask();
  } catch (error) {
    if (isUnavailable(error)) return { ...nobody(arrivals), units: 0, isBusy: true };
    throw error;
  }
}

function unitsIn(consumed: readonly { readonly CapacityUnits?: number | undefined }[] | undefined): number {
  return (consumed ?? []).reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}
