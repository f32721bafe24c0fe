import { BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoDirectoryStore } from '#lib/users/directory-store.dynamo.ts';
import type { DirectoryQuery } from '#lib/users/directory-store.ts';
import { newUser } from '#lib/users/new-user.ts';
import { roleItems } from '#lib/users/role-items.ts';
import { toItem } from '#lib/users/user-item.ts';
import { startDynamo } from '#local/emulators/dynamo.ts';
import { type Database, openDatabase } from '../../tests/stores/database.ts';
import type { Row } from './row.ts';

const queries: Readonly<Record<string, DirectoryQuery>> = {
  everybody: { by: 'joined' },
  active: { by: 'joined', state: 'active' },
  role: { by: 'role', role: 'editor' },
  username: { by: 'username', start: 'user' },
  email: { by: 'email', start: 'user' },
  name: { by: 'name', start: 'somebody' },
};
const limit = 20;
const few = 1000;

/** Read units and items of one page of each list, the first and the third: among a thousand users, and among many. */
export async function measureDirectory(many: number): Promise<Row[]> {
  const dynamo = await startDynamo();
  try {
    const database = await openDatabase(dynamo.endpoint);
    await fill(database, 0, few);
    const small = await costs(database);
    await fill(database, few, many);
    const large = await costs(database);
    database.close();
    return Object.keys(small).map((subject) => rowOf(`${subject} of ${many}`, large[subject], small[subject]));
  } finally {
    await dynamo.stop();
  }
}

type Cost = { readonly units: number; readonly items: number };

function rowOf(subject: string, figure: Cost = { units: 0, items: 0 }, baseline: Cost = figure): Row {
  const ratio = figure.units / baseline.units;
  const text = ({ units, items }: Cost) => `${units} units, ${items} items`;
  const row = { measure: 'B20 page', subject, figure: text(figure), baseline: text(baseline), ratio: ratio.toFixed(2), budget: '≤ 1.05' };
  return { ...row, isMet: ratio <= 1.05 };
}

async function costs(database: Database): Promise<Record<string, Cost>> {
  const measured: Record<string, Cost> = {};
  for (const [name, query] of Object.entries(queries)) {
    let after: string | undefined;
    for (const page of ['first', 'second', 'third']) {
      const { client, cost } = counting(database.connect());
      const { next } = await dynamoDirectoryStore(database.tables, client).page(query, { limit, after });
      client.destroy();
      if (page !== 'second') measured[`${name}, ${page}`] = cost();
      after = next;
    }
  }
  return measured;
}

type Output = {
  readonly Count?: number;
  readonly Responses?: Readonly<Record<string, readonly unknown[]>>;
  readonly ConsumedCapacity?: unknown;
};

/** A client that records the cost of its reads and the number of their items. */
function counting(client: DynamoDBDocumentClient) {
  const cost = { units: 0, items: 0 };
  client.middlewareStack.add(
    (next) => async (given) => {
      const answer = await next({ ...given, input: { ...given.input, ReturnConsumedCapacity: 'TOTAL' } });
      const { Count = 0, Responses = {}, ConsumedCapacity = [] } = answer.output as Output;
      cost.items += Count + Object.values(Responses).flat().length;
      for (const { CapacityUnits = 0 } of [ConsumedCapacity].flat() as { CapacityUnits?: number }[]) cost.units += CapacityUnits;
      return answer;
    },
    { step: 'initialize', name: 'counting', priority: 'high' },
  );
  return { client, cost: () => ({ ...cost }) };
}

/** Users of the numbers from `from` on, one a second, one in ten of them an editor. */
async function fill({ client, tables }: Database, from: number, to: number): Promise<void> {
  const begun = Date.UTC(2020, 0, 1);
  const batch = async (first: number) => {
    const users = Array.from({ length: Math.min(25, to - first) }, (_, index) => {
      const number = String(first + index).padStart(8, '0');
      const names = {
        username: `user${number}`,
        email: `user${number}@example.com`,
        name: `Somebody ${number}`,
        mobile: `+861${number}00`,
      };
      return newUser(
        { ...names, password: 'x'.repeat(90), roles: (first + index) % 10 ? [] : ['editor'] },
        new Date(begun + (first + index) * 1000),
      );
    });
    const put = (Item: Record<string, unknown>) => ({ PutRequest: { Item } });
    const roles = users.flatMap(roleItems).map(put);
    await client.send(new BatchWriteCommand({ RequestItems: { [tables.USERS_TABLE]: users.map((user) => put(toItem(user))) } }));
    if (roles.length > 0) await client.send(new BatchWriteCommand({ RequestItems: { [tables.ROLES_TABLE]: roles } }));
  };
  const starts = Array.from({ length: Math.ceil((to - from) / 25) }, (_, index) => from + index * 25);
  for (let index = 0; index < starts.length; index += 8) await Promise.all(starts.slice(index, index + 8).map(batch));
}
