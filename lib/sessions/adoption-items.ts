import { eventItem } from '#lib/outbox/event-item.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { longestLeewaySeconds } from '#lib/settings/rules.ts';
import type { Session } from './session.ts';
import { toItem } from './session-item.ts';
import { sessionOpened } from './session-opened.ts';
import type { SpentToken } from './session-store.ts';

type Tables = Pick<Settings, 'SESSIONS_TABLE' | 'TOKEN_BLACKLIST_TABLE' | 'OUTBOX_TABLE'>;

/** A new row of the blacklist; the write fails if there is one already. */
export function spentItem({ TOKEN_BLACKLIST_TABLE: TableName }: Pick<Tables, 'TOKEN_BLACKLIST_TABLE'>, { jti, until }: SpentToken) {
  const Item = { id: jti, expires_at: until + longestLeewaySeconds };
  return { TableName, Item, ConditionExpression: 'attribute_not_exists(id)' };
}

/**
 * The items of a transaction that adds a session's row, unless it exists, blacklists the token it was opened with, and says so in an event.
 * An Update adds the row, because a function that refreshes may update sessions but not put them.
 */
export function adoptionItems(tables: Tables, session: Session, spent: SpentToken | undefined) {
  const { user_id, sid, ...attributes } = toItem(session);
  const entries = Object.entries(attributes);
  const Update = {
    TableName: tables.SESSIONS_TABLE,
    Key: { user_id, sid },
    UpdateExpression: `SET ${entries.map((_, index) => `#a${index} = :a${index}`).join(', ')}`,
    ConditionExpression: 'attribute_not_exists(sid)',
    ExpressionAttributeNames: Object.fromEntries(entries.map(([name], index) => [`#a${index}`, name])),
    ExpressionAttributeValues: Object.fromEntries(entries.map(([, value], index) => [`:a${index}`, value])),
  };
  const unmet = 'adopted-before';
  const told = { Put: { TableName: tables.OUTBOX_TABLE, Item: eventItem(sessionOpened(session)) } };
  return [{ Update, unmet }, ...(spent ? [{ Put: spentItem(tables, spent), unmet }] : []), told];
}
