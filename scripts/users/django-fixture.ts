import { toRecord, type UserRecord } from '#lib/transfer/user-record.ts';
import { staff } from '#lib/users/role.ts';
import type { User } from '#lib/users/user.ts';
import { fieldPairs, type Kind } from '#lib/users/user-fields.ts';

/** How users look in Django. */
export type DjangoShape = {
  /** Such as `auth.user`. */
  readonly model: string;
  /** Which of our fields goes into which of its: a name of `sources`, or `attributes.<name>`, and the name it has there. */
  readonly fields: ReadonlyMap<string, string>;
  /** Whether the id is the primary key as it is; otherwise keys are numbers, an id's own where it is one. */
  readonly keepsIds: boolean;
  /** Where the numbers begin of those whose id is none. */
  readonly firstKey: number;
};

type Entry = { readonly model: string; readonly pk?: number | string; readonly fields: Readonly<Record<string, unknown>> };
type Fixture = {
  readonly entries: Iterable<Entry>;
  /** The keys of those who have another than their id. */
  readonly keys: ReadonlyMap<string, number>;
};

const plain: readonly Kind[] = ['text', 'flag', 'instant'];

/** What can fill a field of Django: the plain fields of a record, groups by their natural key, and the role of staff, which is a flag there. */
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

/** What Django's own model has room for. */
const longestName = 150;
const longestPassword = 128;

/** Where our fields go in Django's own user, and in every AbstractUser: nobody can say which part of a name is the last. */
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

/** The largest number that Django's AutoField holds. */
const largestKey = 2 ** 31 - 1;

/**
 * Where our fields go: as in Django's own model, but for what `ours=theirs` says; `ours=` goes nowhere. A sentence that says what is wrong where one of
 * them makes no sense.
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
 * What `manage.py loaddata` takes: the groups, then the users in the order they joined. A group that exists keeps its permissions, because the
 * fixture names none.
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

/** What of somebody Django's own model has no room for, which PostgreSQL and MySQL refuse; undefined where it has. */
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
