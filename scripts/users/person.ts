import { now } from '#lib/clock.ts';
import { identify } from '#lib/names/identifier.ts';
import { toRecord, type UserRecord } from '#lib/transfer/user-record.ts';
import { dynamoChangeStore } from '#lib/users/change-store.dynamo.ts';
import type { User } from '#lib/users/user.ts';
import { dynamoUserReader } from '#lib/users/user-reader.dynamo.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { Refusal } from '#local/refusal.ts';
import type { StageTables } from '../stage/stage-tables.ts';

/** The needs of the verbs that change a user. */
export function needsOf({ settings, client }: StageTables) {
  return { reader: dynamoUserReader(settings, client), changes: dynamoChangeStore(settings, client), now };
}

/** The forms of NAME, for `--help`. */
export const aboutNames = `NAME is a username, an e-mail address, a mobile number or an id; id:NAME is an id and nothing else.`;

/**
 * The user with this name or id. Throws a Refusal if there is none, or if it is the id of one user and a name of
 * another.
 */
export async function findPerson(tables: StageTables, name: string): Promise<User> {
  const { reader } = needsOf(tables);
  const [, onlyId] = /^id:(.+)$/.exec(name) ?? [];
  const identifier = onlyId === undefined ? identify(name, tables.settings.DEFAULT_REGION) : undefined;
  const account = identifier && (await dynamoUserStore(tables.settings, tables.client).findByIdentifier(identifier));
  const id = onlyId ?? name;
  const isId = id !== '' && Buffer.byteLength(id) <= 2048;
  const found = await reader.readUsers([...(isId ? [id] : []), ...(account ? [account.id] : [])]);
  const [byId, byName] = [found.get(id), account && found.get(account.id)];
  if (byId && byName && byId !== byName)
    throw new Refusal(
      `"${name}" is the id of ${byId.username} and a name of ${byName.username}: say id:${name}, or another name of theirs.`,
    );
  const user = byName ?? byId;
  if (user) return user;
  throw new Refusal(`No user of this stage is called "${name}", or has that id.`);
}

/** A user for programs: the record of an export without the hash. */
export function personJson(user: User): Omit<UserRecord, 'password'> & { readonly has_password: boolean } {
  const { password, ...rest } = toRecord(user);
  return { ...rest, has_password: !password.startsWith('!') };
}

/** The state of a user, in a word or a few. */
export function standingOf({ isActive, suspension }: Pick<User, 'isActive' | 'suspension'>): string {
  if (isActive) return 'active';
  return suspension?.until ? `suspended until ${shortInstant(suspension.until)}` : 'suspended';
}

/** An instant to the minute, in UTC. */
export const shortInstant = (at: Date) => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
