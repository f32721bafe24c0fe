import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '#lib/aws/dynamo.ts';
import { transact, type Write } from '#lib/aws/transact.ts';
import { now } from '#lib/clock.ts';
import { spending } from '#lib/codes/code-item.ts';
import { messageItem } from '#lib/messages/message-item.ts';
import type { IdentifierKind } from '#lib/names/identifier.ts';
import { namesOf } from '#lib/names/names-of.ts';
import { eventItem } from '#lib/outbox/event-item.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { dispossession, fromUndoItem, shownFields, toUndoItem, type UndoItem, verifiedField, vouchedField } from './address-item.ts';
import type { AddressStore, Displaced, Spending, Verifying } from './address-store.ts';
import { asFound, foundValues, resetting, takingOver } from './address-update.ts';
import { holds, isProved } from './addresses.ts';
import { fromItem, toItem, type UserItem } from './user-item.ts';

type Change = Omit<NonNullable<Write<never>['Update']>, 'TableName' | 'Key'>;
type Tables = Pick<Settings, 'USERS_TABLE' | 'IDENTIFIERS_TABLE' | 'SHORT_LIVED_TABLE' | 'OUTBOX_TABLE'>;

/**
 * Addresses in DynamoDB. The rows are those of the user store and the code store; `undos` in a user's row are the ways back, see `UndoItem`.
 *
 * | operation | calls | units |
 * |---|---|---|
 * | join | 1 TransactWrite: code, 2–3 identifiers, user, event | 2 writes an item, 1 an index entry |
 * | find | 1 consistent Get | 1 read |
 * | claimantOf | 2 consistent Gets, one after the other | 2 reads |
 * | verify | 1 TransactWrite: user, code, event | 6 writes |
 * | reset | 1 TransactWrite: user, code, event, notice | 8 writes, 2 an index entry |
 * | takeOver | 1 TransactWrite: user, code, the other name, events, notice | 8–12 writes, 2–6 an index entry |
 * | move | 1 TransactWrite: user, code, new name, old name, event, one or two messages | 12–14 writes, 2–4 an index entry |
 * | goBack | 1 TransactWrite: user, names of before, names of now, event | 8–12 writes, 2–4 an index entry |
 *
 * A user who loses an unproved address costs one more write of `join`, `move` and `goBack`, and a message.
 */
export function dynamoAddressStore(tables: Tables, client: DynamoDBDocumentClient = dynamo()): AddressStore {
  const update = (id: string, change: Change) => ({
    Update: { TableName: tables.USERS_TABLE, Key: { id }, ...change },
    unmet: 'changed-meanwhile' as const,
  });
  const user = (id: string, set: string, condition: string, values: Record<string, unknown>) =>
    update(id, { UpdateExpression: set, ConditionExpression: condition, ExpressionAttributeValues: values });
  const spend = ({ proof, by, nowSeconds }: Spending) => ({
    Update: spending(tables.SHORT_LIVED_TABLE, proof, by, nowSeconds),
    unmet: 'gone' as const,
  });
  const tell = ({ event, news = [] }: Pick<Verifying, 'event' | 'news'>) =>
    [eventItem(event), ...news.map(messageItem)].map((Item) => ({ Put: { TableName: tables.OUTBOX_TABLE, Item } }));
  const take = <Kind extends IdentifierKind>(identifier: string, kind: Kind, userId: string, displaced?: Displaced) => ({
    Put: {
      TableName: tables.IDENTIFIERS_TABLE,
      Item: { identifier, kind, user_id: userId },
      ...(displaced?.target.value === identifier
        ? {
            ConditionExpression: 'attribute_not_exists(identifier) OR user_id = :loser',
            ExpressionAttributeValues: { ':loser': displaced.user.id },
          }
        : { ConditionExpression: 'attribute_not_exists(identifier)' }),
    },
    unmet: kind,
  });
  const dispossess = (displaced: Displaced | undefined) =>
    displaced
      ? [
          update(displaced.user.id, dispossession(displaced.target)),
          ...displaced.news.map((message) => ({ Put: { TableName: tables.OUTBOX_TABLE, Item: messageItem(message) } })),
        ]
      : [];
  const leave = (identifier: string, userId: string) => ({
    Delete: {
      TableName: tables.IDENTIFIERS_TABLE,
      Key: { identifier },
      ConditionExpression: 'attribute_not_exists(identifier) OR user_id = :user',
      ExpressionAttributeValues: { ':user': userId },
    },
    unmet: 'changed-meanwhile' as const,
  });

  return {
    async join(joining) {
      const { user: added, identifiers, event } = joining;
      const { displaced } = joining;
      const names = identifiers.map(({ kind, value }) => take(value, kind, added.id, displaced));
      const row = { Put: { TableName: tables.USERS_TABLE, Item: toItem(added), ConditionExpression: 'attribute_not_exists(id)' } };
      const obstacles = await transact(client, event.id, [spend(joining), ...dispossess(displaced), ...names, row, ...tell(joining)]);
      const [first = 'added'] = obstacles;
      if (first === 'added' || first === 'gone' || first === 'changed-meanwhile' || first === 'busy') return first;
      return { taken: obstacles.filter((obstacle) => obstacle !== 'gone' && obstacle !== 'changed-meanwhile' && obstacle !== 'busy') };
    },

    async verify(verifying) {
      const { user: found, target, event } = verifying;
      const [field, verified] = [target.kind === 'email' ? 'email_key' : 'mobile', verifiedField(target.kind)];
      const row = user(
        found.id,
        `SET ${verified} = :yes, version = version + :one REMOVE ${vouchedField(target.kind)}`,
        `${field} = :address AND token_epoch = :epoch`,
        {
          ':epoch': found.tokenEpoch,
          ':yes': true,
          ':one': 1,
          ':address': target.value,
        },
      );
      const [obstacle = 'done'] = await transact(client, event.id, [spend(verifying), row, ...tell(verifying)]);
      return obstacle;
    },

    async reset(reset) {
      const { user: found, event } = reset;
      const row = update(found.id, resetting(reset));
      const [obstacle = 'done'] = await transact(client, event.id, [spend(reset), row, ...tell(reset)]);
      return obstacle;
    },

    async takeOver(takeover) {
      const { found, next, event } = takeover;
      const { user: was } = found;
      const row = update(was.id, takingOver(found, next));
      const kept = namesOf(next).map(({ value }) => value);
      const left = namesOf(was).filter(({ value }) => !kept.includes(value));
      const frees = left.map(({ value }) => leave(value, was.id));
      const [obstacle = 'done'] = await transact(client, event.id, [spend(takeover), row, ...frees, ...tell(takeover)]);
      return obstacle;
    },

    async claimantOf(target) {
      const owned = new GetCommand({ TableName: tables.IDENTIFIERS_TABLE, Key: { identifier: target.value }, ConsistentRead: true });
      const id = (await client.send(owned)).Item?.['user_id'];
      if (typeof id !== 'string') return undefined;
      const { Item } = await client.send(new GetCommand({ TableName: tables.USERS_TABLE, Key: { id }, ConsistentRead: true }));
      const owner = Item && fromItem(Item as UserItem, now());
      return owner && holds(owner, target) && !isProved(owner, target) ? owner : undefined;
    },

    async find(userId) {
      const { Item } = await client.send(new GetCommand({ TableName: tables.USERS_TABLE, Key: { id: userId }, ConsistentRead: true }));
      if (!Item) return undefined;
      return { user: fromItem(Item as UserItem, now()), undos: ((Item['undos'] ?? []) as UndoItem[]).map(fromUndoItem) };
    },

    async move(move) {
      const { found, to, shown, undos, displaced, event } = move;
      const { id } = found.user;
      const now = shownFields(to.kind, shown, true);
      const row = user(id, `SET undos = :undos, version = version + :one, ${now.set} REMOVE ${now.removed.join(', ')}`, asFound(found), {
        ...foundValues(found),
        ...now.values,
        ':undos': undos.map(toUndoItem),
      });
      const old = namesOf(found.user).find(({ kind }) => kind === to.kind);
      const name = { ...take(to.value, to.kind, id, displaced), unmet: 'taken' as const };
      const left = old ? [leave(old.value, id)] : [];
      const [obstacle = 'done'] = await transact(client, event.id, [
        spend(move),
        name,
        row,
        ...dispossess(displaced),
        ...left,
        ...tell(move),
      ]);
      return obstacle;
    },

    async goBack(back) {
      const { found, taken, undos, password, displaced, event } = back;
      const { id, tokenEpoch } = found.user;
      const changes = taken.map(({ kind, before, wasVerified }) => {
        const now = namesOf(found.user).find((name) => name.kind === kind)?.value;
        return { kind, now, ...shownFields(kind, before, wasVerified) };
      });
      const sets = [
        'undos = :undos, password = :password, token_epoch = :next, version = version + :one',
        ...changes.map(({ set }) => set),
      ];
      const removed = changes.flatMap(({ removed }) => removed);
      const expression = `SET ${sets.join(', ')} REMOVE ${removed.join(', ')}`;
      const row = user(id, expression, asFound(found), {
        ...foundValues(found),
        ...Object.assign({}, ...changes.map(({ values }) => values)),
        ':undos': undos.map(toUndoItem),
        ':password': password,
        ':next': tokenEpoch + 1,
      });
      const moved = changes.filter(({ now, key }) => now !== key);
      const come = moved.flatMap(({ kind, key }) => (key === undefined ? [] : [{ kind, key }]));
      const left = moved.flatMap(({ now }) => (now === undefined ? [] : [leave(now, id)]));
      const names = come.map(({ kind, key }) => take(key, kind, id, displaced));
      // The user's row comes first: if it was changed meanwhile, the name may be their own already.
      const obstacles = await transact(client, event.id, [row, ...dispossess(displaced), ...names, ...left, ...tell(back)]);
      const [first = 'done'] = obstacles;
      if (first === 'done' || first === 'changed-meanwhile' || first === 'busy') return first;
      return { taken: obstacles.filter((obstacle) => obstacle !== 'changed-meanwhile' && obstacle !== 'busy') };
    },
  };
}
