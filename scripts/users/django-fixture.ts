import { staff } from '../../lib/users/role.ts';
import type { User } from '../../lib/users/user.ts';
import { toRecord, type UserRecord } from '../../lib/users/user-record.ts';

/** How users look in Django. */
export type DjangoShape = {
  /** Such as `auth.user`. */
  readonly model: string;
  /** Its fields, and what goes into each: a name of `sources`, or `attributes.<name>`. */
  readonly fields: ReadonlyMap<string, string>;
  /** Whether the id is the primary key as it is; otherwise keys are numbers, an id's own where it is one. */
  readonly keepsIds: boolean;
  /** Where the numbers begin of those whose id is none. */
  readonly firstKey: number;
};

type Entry = { readonly model: string; readonly pk?: number | string; readonly fields: Readonly<Record<string, unknown>> };
type Fixture = {
  readonly entries: readonly Entry[] /** The keys of those who have another than their id. */;
  readonly keys: ReadonlyMap<string, number>;
};

/** What a field of Django's can be filled from. Groups by their natural key; Django keeps the role of staff as a flag. */
const sources: Readonly<Record<string, (record: UserRecord) => unknown>> = {
  id: ({ id }) => id,
  username: ({ username }) => username,
  name: ({ name }) => name,
  first_name: ({ name }) => [...name].slice(0, longestName).join(''),
  email: ({ email }) => email,
  mobile: ({ mobile }) => mobile,
  password: ({ password }) => password,
  is_active: ({ is_active }) => is_active,
  is_staff: ({ roles }) => roles.includes(staff),
  is_superuser: ({ is_superuser }) => is_superuser,
  groups: ({ roles }) => roles.filter((role) => role !== staff).map((role) => [role]),
  email_verified: ({ email_verified }) => email_verified,
  mobile_verified: ({ mobile_verified }) => mobile_verified,
  avatar: ({ avatar }) => avatar,
  date_joined: ({ date_joined }) => date_joined,
  last_login: ({ last_login }) => last_login,
};

const ofAttribute = 'attributes.';

/** What Django's own model has room for. */
const longestName = 150;
const longestPassword = 128;

/** The fields of Django's own user, and of every AbstractUser. */
const ownFields = [
  'username',
  'first_name',
  'email',
  'password',
  'is_active',
  'is_staff',
  'is_superuser',
  'groups',
  'date_joined',
  'last_login',
];

/** The largest number that Django's AutoField holds. */
const largestKey = 2 ** 31 - 1;

/**
 * The fields of a model: those of Django's own, and `their=ours` for each of the project's; `their=` leaves one out. A sentence that says what is
 * wrong where one of them makes no sense.
 */
export function fieldsOf(assignments: readonly string[]): ReadonlyMap<string, string> | string {
  const fields = new Map(ownFields.map((name) => [name, name]));
  for (const assignment of assignments) {
    const [, theirs, ours] = /^([A-Za-z_]\w*)=(.*)$/.exec(assignment) ?? [];
    if (theirs === undefined || ours === undefined) return `"${assignment}" is not of the form their_field=our_field.`;
    if (ours === '') fields.delete(theirs);
    else if (Object.hasOwn(sources, ours) || /^attributes\.[a-z][a-z0-9_]*$/.test(ours)) fields.set(theirs, ours);
    else return `There is no field "${ours}" here: write ${Object.keys(sources).join(', ')} or attributes.<name>.`;
  }
  return fields;
}

/**
 * What `manage.py loaddata` takes: the groups, then the users in the order they joined. A group that exists keeps its permissions, because the
 * fixture names none.
 */
export function toFixture(users: readonly User[], shape: DjangoShape): Fixture {
  const sorted = users.toSorted((one, other) => one.dateJoined.getTime() - other.dateJoined.getTime() || (one.id < other.id ? -1 : 1));
  const keys = shape.keepsIds ? new Map<string, number>() : numbered(sorted, shape.firstKey);
  const entries = sorted.map((user) => {
    const own = shape.keepsIds ? user.id : Number(user.id);
    return { model: shape.model, pk: keys.get(user.id) ?? own, fields: filled(toRecord(user), shape.fields) };
  });
  return { entries: [...(shape.fields.has('groups') ? groupsOf(users) : []), ...entries], keys };
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
  const pairs = [...fields].flatMap(([theirs, ours]) => {
    const source = Object.hasOwn(sources, ours) ? sources[ours] : undefined;
    if (source) return [[theirs, source(record)]];
    const attribute = ours.slice(ofAttribute.length);
    return Object.hasOwn(record.attributes, attribute) ? [[theirs, record.attributes[attribute]]] : [];
  });
  return Object.fromEntries(pairs);
}
