import { isDeepStrictEqual } from 'node:util';
import { TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { conditional } from '#lib/aws/conditional.ts';
import { dynamo } from '#lib/aws/dynamo.ts';
import { retriedWhileBusy } from '#lib/aws/patience.ts';
import { transact } from '#lib/aws/transact.ts';
import { now } from '#lib/clock.ts';
import { randomId } from '#lib/ids.ts';
import { messageItem } from '#lib/messages/message-item.ts';
import type { Identifier } from '#lib/names/identifier.ts';
import { namesOf } from '#lib/names/names-of.ts';
import type { Event } from '#lib/outbox/event.ts';
import { eventItem } from '#lib/outbox/event-item.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { toUndoItem } from './address-item.ts';
import type { ChangeStore, UserChange } from './change-store.ts';
import { roleItems } from './role-items.ts';
import type { User } from './user.ts';
import { fromItem, toItem, type UserItem } from './user-item.ts';

type Tables = Pick<Settings, 'USERS_TABLE' | 'IDENTIFIERS_TABLE' | 'ROLES_TABLE' | 'OUTBOX_TABLE'>;
type Columns = Readonly<Record<string, unknown>>;

/** What a change is only made to as it was found: other rows follow from it, or whoever else is refused by it. */
const guarded = ['username_key', 'email_key', 'mobile', 'roles', 'token_epoch'];

/**
 * Changes of users in DynamoDB; the rows are those of the user store.
 *
 * | table | key | holds |
 * |---|---|---|
 * | users | `id` | `changed_by`: the last change that was no transaction, so that the SDK's retry after a lost answer finds its own |
 *
 * | operation | calls | units |
 * |---|---|---|
 * | change of names, roles, epoch | 1 TransactWrite: user, names given and taken, rows of roles, events, messages | 2 writes an item, 2 an index entry that moves |
 * | change of anything else | 1 Update | 1 write, 2 an index entry that moves |
 * | remove | 1 TransactWrite: user, names, rows of roles, event | 2 writes an item, 1 an index entry |
 */
export function dynamoChangeStore(tables: Tables, client: DynamoDBDocumentClient = dynamo()): ChangeStore {
  const { USERS_TABLE: TableName } = tables;

  const changeAlone = async (change: UserChange): ReturnType<ChangeStore['change']> => {
    const mine = randomId();
    const row = updateOf(change, mine);
    const command = new UpdateCommand({ TableName, ...row, ReturnValues: 'ALL_NEW', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' });
    return await retriedWhileBusy(async () => {
      try {
        const { done, found } = await conditional(client.send(command));
        if (done) return { changed: fromItem(done.Attributes as UserItem, now()) };
        return found?.['changed_by'] === mine ? { changed: fromItem(found as UserItem, now()) } : 'changed-meanwhile';
      } catch (error) {
        if (error instanceof TransactionConflictException) return 'busy';
        throw error;
      }
    });
  };

  return {
    async change(change) {
      const { found, next, events } = change;
      const [first] = events;
      if (!first) return await changeAlone(change);
      const [before, after] = [namesOf(found), namesOf(next)];
      const unmet = 'changed-meanwhile' as const;
      const [obstacle, ...others] = await transact(client, first.id, [
        // The user's row comes first: if it was changed meanwhile, the name may be their own already.
        { Update: { TableName, ...updateOf(change) }, unmet },
        ...before.filter((name) => !has(after, name)).map((name) => ({ ...nameTaken(tables, name, found.id), unmet })),
        ...after.filter((name) => !has(before, name)).map((name) => ({ ...nameGiven(tables, name, found.id), unmet: name.kind })),
        ...roleChanges(tables, found, next),
        ...events.map((event) => news(tables, event)),
        ...(change.exchange?.news ?? []).map((message) => ({ Put: { TableName: tables.OUTBOX_TABLE, Item: messageItem(message) } })),
      ]);
      if (obstacle === undefined) return { changed: { ...next, version: found.version + 1 } };
      if (obstacle === 'busy' || obstacle === unmet) return obstacle;
      return { taken: [obstacle, ...others.filter((other) => other !== 'busy' && other !== unmet)] };
    },

    async remove(user, event) {
      const names = namesOf(user);
      const removeWith = async (token: string, own: readonly Identifier[]) =>
        await transact<'changed-meanwhile' | Identifier>(client, token, [
          { Delete: { TableName, Key: { id: user.id }, ...asFound(user) }, unmet: 'changed-meanwhile' },
          ...own.map((name) => ({ ...nameTaken(tables, name, user.id), unmet: name })),
          ...roleChanges(tables, user, { ...user, roles: [] }),
          news(tables, event),
        ]);
      const obstacles = await removeWith(event.id, names);
      const [first = 'removed'] = obstacles;
      if (typeof first === 'string') return first;
      // A name that a restored backup gave to another user stays theirs, and does not prevent the deletion.
      const own = names.filter((name) => !obstacles.includes(name));
      const [second = 'removed'] = await removeWith(randomId(), own);
      return typeof second === 'string' ? second : 'changed-meanwhile';
    },
  };
}

const has = (names: readonly Identifier[], { value }: Identifier) => names.some((name) => name.value === value);
const news = ({ OUTBOX_TABLE: TableName }: Tables, event: Event) => ({ Put: { TableName, Item: eventItem(event) } });

function nameGiven({ IDENTIFIERS_TABLE: TableName }: Tables, { kind, value }: Identifier, userId: string) {
  const Item = { identifier: value, kind, user_id: userId };
  return { Put: { TableName, Item, ...unlessAnothers(userId) } };
}

function nameTaken({ IDENTIFIERS_TABLE: TableName }: Tables, { value }: Identifier, userId: string) {
  return { Delete: { TableName, Key: { identifier: value }, ...unlessAnothers(userId) } };
}

const unlessAnothers = (userId: string) => ({
  ConditionExpression: 'attribute_not_exists(identifier) OR user_id = :owner',
  ExpressionAttributeValues: { ':owner': userId },
});

function roleChanges({ ROLES_TABLE: TableName }: Tables, found: User, next: User) {
  const gone = roleItems(found).filter(({ role }) => !next.roles.includes(role));
  const come = roleItems(next).filter(({ role }) => !found.roles.includes(role));
  return [
    ...gone.map(({ role, member }) => ({ Delete: { TableName, Key: { role, member } } })),
    ...come.map((Item) => ({ Put: { TableName, Item } })),
  ];
}

/** The picture too, or the event would name one that was replaced meanwhile, and nobody would ever remove the other. */
function asFound({ version, isSuperuser, avatar }: User) {
  return {
    ConditionExpression: `version = :version AND is_superuser = :superuser AND ${avatar === undefined ? 'attribute_not_exists(avatar)' : 'avatar = :avatar'}`,
    ExpressionAttributeValues: { ':version': version, ':superuser': isSuperuser, ...(avatar !== undefined && { ':avatar': avatar }) },
  };
}

/** The columns that differ, and what has to be as it was found. `mine` marks a change that is no transaction. */
function updateOf({ found, next, events, isExact, exchange }: UserChange, mine?: string) {
  const [before, after] = [columns(found), columns(next)];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !isDeepStrictEqual(before[name], after[name]),
  );
  const set = names.filter((name) => after[name] !== undefined);
  const removed = names.filter((name) => after[name] === undefined);
  const asBefore = names.filter((name) => guarded.includes(name)).map((name) => [name, before[name]] as const);
  const place = (name: string) => `#c${names.indexOf(name)}`;
  const conditions = [
    'is_superuser = :superuser',
    ...(events.length > 0 || isExact ? ['version = :version'] : []),
    ...asBefore.map(([name, old]) =>
      old === undefined ? `attribute_not_exists(${place(name)})` : `${place(name)} = :old${names.indexOf(name)}`,
    ),
    ...(mine === undefined ? [] : ['(attribute_not_exists(changed_by) OR changed_by <> :mine)']),
    ...(exchange ? [exchange.before.length === 0 ? '(attribute_not_exists(undos) OR undos = :before)' : 'undos = :before'] : []),
  ];
  const sets = [
    'version = version + :one',
    ...set.map((name) => `${place(name)} = :new${names.indexOf(name)}`),
    ...(mine ? ['changed_by = :mine'] : []),
    ...(exchange ? ['undos = :undos'] : []),
  ];
  return {
    Key: { id: found.id },
    UpdateExpression: [`SET ${sets.join(', ')}`, ...(removed.length > 0 ? [`REMOVE ${removed.map(place).join(', ')}`] : [])].join(' '),
    ConditionExpression: conditions.join(' AND '),
    ...(names.length > 0 && { ExpressionAttributeNames: Object.fromEntries(names.map((name) => [place(name), name])) }),
    ExpressionAttributeValues: {
      ':one': 1,
      ':superuser': found.isSuperuser,
      ...((events.length > 0 || isExact) && { ':version': found.version }),
      ...(mine !== undefined && { ':mine': mine }),
      ...(exchange && { ':before': exchange.before.map(toUndoItem), ':undos': exchange.undos.map(toUndoItem) }),
      ...Object.fromEntries(set.map((name) => [`:new${names.indexOf(name)}`, after[name]])),
      ...Object.fromEntries(asBefore.flatMap(([name, old]) => (old === undefined ? [] : [[`:old${names.indexOf(name)}`, old]]))),
    },
  };
}

/** Picture, hash and last login have writers of their own, and the version counts by itself. */
function columns(user: User): Columns {
  const { version, avatar, password, last_login, ...rest } = toItem(user);
  return rest;
}
