import { toRecord, type UserRecord } from '#lib/transfer/user-record.ts';
import { staff } from '#lib/users/role.ts';
import type { User } from '#lib/users/user.ts';
import { fieldPairs, type Kind } from '#lib/users/user-fields.ts';

/** The options of a fixture. */
export type DjangoShape = {
  /** Such as `auth.user`. */
  readonly model: string;
  /** The field of Django for each of our fields: a name of `sources`, or `attributes.<name>`. */
  readonly fields: ReadonlyMap<string, string>;
  /** Whether the id is the primary key as it is. Otherwise keys are numbers, and a numeric id is its own key. */
  readonly keepsIds: boolean;
  /** The first number for users without a numeric id. */
  readonly firstKey: number;
};

type Entry = { readonly model: string; readonly pk?: number | string; readonly fields: Readonly<Record<string, unknown>> };
type Fixture = {
  readonly entries: Iterable<Entry>;
  /** The keys of users whose key is not their id. */
  readonly keys: ReadonlyMap<string, number>;
};

const plain: readonly Kind[] = ['text', 'flag', 'instant'];

/**
 * The sources for a field of Django: the plain fields of a record, groups by their natural key, and the role of staff,
 * which is a flag there.
 */
const sources: Readonly<Record<string, (record: UserRecord) => unknown>> = {
  ...Object.fromEntries(
    fieldPairs().flatMap(([, { as, kind }]) =>
      plain.includes(kind) ? [[as, (record: UserRecord) => record[as as keyof UserRecord]]] : [],
    ),
  ),
  name: ({ name }) => [...name].slice(0, longestName).join(''),
  is_staff: ({ roles }) => roles.includes(staff),
  groups: ({ roles }) => roles.filter((role) => role !== staff).map((role) => [role]),
};

const ofAttribute = 'attributes.';

/** The maximum lengths of Django's own model. */
const longestName = 150;
const longestPassword = 128;

/**
 * Our fields in Django's own user and in every AbstractUser. The last part of a name cannot be told from the others.
 */
const ownFields: readonly (readonly [ours: string, theirs: string])[] = [
  ['username', 'username'],
  ['name', 'first_name'],
  ['email', 'email'],
  ['password', 'password'],
  ['is_active', 'is_active'],
  ['is_staff', 'is_staff'],
  ['is_superuser', 'is_superuser'],
  ['groups', 'groups'],
  ['date_joined', 'date_joined'],
  ['last_login', 'last_login'],
];

/** The maximum of Django's AutoField. */
const largestKey = 2 ** 31 - 1;

/**
 * The target of each of our fields: that of Django's own model, unless `ours=theirs` changes it; `ours=` drops it.
 * Returns a sentence with the fault if one of them makes no sense.
 */
export function fieldsOf(pairs: readonly string[]): ReadonlyMap<string, string> | string {
  const fields = new Map(ownFields);
  for (const pair of pairs) {
    const [, ours, theirs] = /^([\w.]+)=([A-Za-z_]\w*)?$/.exec(pair) ?? [];
    if (ours === undefined) return `"${pair}" is not of the form our_field=their_field.`;
    if (!Object.hasOwn(sources, ours) && !/^attributes\.[a-z][a-z0-9_]*$/.test(ours))
      return `There is no field "${ours}" here: write ${Object.keys(sources).join(', ')} or attributes.<name>.`;
    if (theirs === undefined) fields.delete(ours);
    else fields.set(ours, theirs);
  }
  const names = [...fields.values()];
  const doubled = names.find((name, index) => names.indexOf(name) !== index);
  return doubled === undefined ? fields : `Two fields would go into "${doubled}".`;
}

/**
 * The input of `manage.py loaddata`: the groups, then the users in the order they joined. An existing group keeps its
 * permissions, because the fixture has none.
 */
export function toFixture(users: readonly User[], shape: DjangoShape): Fixture {
  const sorted = users.toSorted((one, other) => one.dateJoined.getTime() - other.dateJoined.getTime() || (one.id < other.id ? -1 : 1));
  const keys = shape.keepsIds ? new Map<string, number>() : numbered(sorted, shape.firstKey);
  const entries = function* () {
    if (shape.fields.has('groups')) yield* groupsOf(users);
    for (const user of sorted) {
      const own = shape.keepsIds ? user.id : Number(user.id);
      yield { model: shape.model, pk: keys.get(user.id) ?? own, fields: filled(toRecord(user), shape.fields) };
    }
  };
  return { entries: entries(), keys };
}

/**
 * The first field that is too long for Django's own model, which PostgreSQL and MySQL refuse; undefined if there is
 * none.
 */
export function tooLongForDjango({ username, password }: User): string | undefined {
  return password.length > longestPassword
    ? `${username}: the password hash is longer than the ${longestPassword} characters Django has room for`
    : undefined;
}

function numbered(users: readonly User[], firstKey: number): Map<string, number> {
  const numbers = users.filter(({ id }) => isNumber(id)).map(({ id }) => Number(id));
  let next = numbers.reduce((most, number) => Math.max(most, number + 1), firstKey);
  return new Map(users.filter(({ id }) => !isNumber(id)).map(({ id }) => [id, next++]));
}

const isNumber = (id: string) => /^[1-9]\d{0,9}$/.test(id) && Number(id) <= largestKey;

function groupsOf(users: readonly User[]): Entry[] {
  const names = new Set(users.flatMap(({ roles }) => roles.filter((role) => role !== staff)));
  return [...names].sort().map((name) => ({ model: 'auth.group', fields: { name } }));
}

function filled(record: UserRecord, fields: ReadonlyMap<string, string>): Record<string, unknown> {
  const pairs = [...fields].flatMap(([ours, theirs]) => {
    const source = Object.hasOwn(sources, ours) ? sources[ours] : undefined;
    if (source) return [[theirs, source(record)]];
    const attribute = ours.slice(ofAttribute.length);
    return Object.hasOwn(record.attributes, attribute) ? [[theirs, record.attributes[attribute]]] : [];
  });
  return Object.fromEntries(pairs);
}
