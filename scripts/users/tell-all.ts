import { uuidv7 } from '#lib/ids.ts';
import { everyone } from '#lib/outbox/event.ts';
import { dynamoEventStore } from '#lib/outbox/event-store.dynamo.ts';
import type { StageTables } from '../stage/stage-tables.ts';

/** Puts on record that a command reads or writes users in bulk, before it begins: one event for the run, not one a user. */
export async function tellOfAll(
  { settings, client }: Pick<StageTables, 'settings' | 'client'>,
  type: 'users_imported' | 'users_exported',
  isDryRun = false,
) {
  if (isDryRun) return;
  const at = new Date();
  await dynamoEventStore(settings, client).add({ id: uuidv7(at), type, userId: everyone, at });
}
