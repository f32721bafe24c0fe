import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, type DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { isUnavailable } from '#lib/aws/fault.ts';
import { isBusy } from '#lib/aws/patience.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { roleItems } from '#lib/users/role-items.ts';
import { nameColumns, toItem } from '#lib/users/user-item.ts';
import type { Arrival, ArrivalStore, Standing, Standings } from './arrival-store.ts';

type Tables = Pick<Settings, 'USERS_TABLE' | 'IDENTIFIERS_TABLE' | 'ROLES_TABLE'>;
type Row = Record<string, unknown>;

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
  const puts = ({ user, identifiers }: Arrival) => [
    { TableName: tables.USERS_TABLE, Item: toItem(user), ...unless('id') },
    ...identifiers.map(({ kind, value }) => ({
      TableName: tables.IDENTIFIERS_TABLE,
      Item: { identifier: value, kind, user_id: user.id },
      ...unless('identifier'),
    })),
    ...roleItems(user).map((Item) => ({ TableName: tables.ROLES_TABLE, Item })),
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
        const users = new Map(answer.Responses?.[tables.USERS_TABLE]?.map((row) => [row['id'], row]));
        const owners = new Map(answer.Responses?.[tables.IDENTIFIERS_TABLE]?.map((row) => [row['identifier'], row]));
        const standings = arrivals.map((each) =>
          standing(
            each,
            users.get(each.user.id),
            each.identifiers.map(({ value }) => owners.has(value)),
          ),
        );
        return { standings, units, isBusy: false };
      });
    },

    async add(arrivals) {
      const rows = arrivals.map(puts);
      const command = new TransactWriteCommand({ TransactItems: rows.flat().map((Put) => ({ Put })), ReturnConsumedCapacity: 'TOTAL' });
      return await unlessBusy(arrivals, async () => {
        try {
          const { ConsumedCapacity } = await client.send(command);
          return { standings: arrivals.map(() => 'added'), units: unitsIn(ConsumedCapacity), isBusy: false };
        } catch (error) {
          if (!(error instanceof TransactionCanceledException)) throw error;
          const reasons = [...(error.CancellationReasons ?? [])];
          const busy = isBusy(reasons);
          const standings = arrivals.map((each, index) => {
            const [row, ...names] = reasons.splice(0, rows[index]?.length ?? 0);
            const failed = names.slice(0, each.identifiers.length).map(({ Code }) => Code === 'ConditionalCheckFailed');
            return standing(each, row?.Code === 'ConditionalCheckFailed' ? unmarshall(row.Item ?? {}) : undefined, failed);
          });
          if (!busy && standings.every((each) => each === 'absent')) throw error;
          return { standings, units: 2 * rows.flat().length, isBusy: busy };
        }
      });
    },
  };
}

const unless = (key: string) =>
  ({ ConditionExpression: `attribute_not_exists(${key})`, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }) as const;

/** What somebody finds: the row under their id, and whether each of their names has an owner. */
function standing({ user, identifiers }: Arrival, row: Row | undefined, owned: readonly boolean[]): Standing {
  if (row) return isSame(user, row) ? 'there' : { taken: ['id'] };
  const taken = identifiers.filter((_, index) => owned[index]).map(({ kind }) => kind);
  return taken.length > 0 ? { taken } : 'absent';
}

/** Whether a row is of the same person as they come: the id is, and so are all names they sign in with. */
function isSame(user: Arrival['user'], row: Row): boolean {
  const { username_key, email_key } = nameColumns(user);
  return row['username_key'] === username_key && row['email_key'] === email_key && row['mobile'] === user.mobile;
}

const nobody = (arrivals: readonly Arrival[]) => ({ standings: arrivals.map((): Standing => 'absent') });

async function unlessBusy(arrivals: readonly Arrival[], ask: () => Promise<Standings>): Promise<Standings> {
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
