import type { Suspension, User } from './user.ts';

/** The kinds of values that a user has. */
type Values = {
  readonly text: string;
  readonly flag: boolean;
  readonly count: number;
  readonly texts: readonly string[];
  readonly instant: Date;
  readonly suspension: Suspension;
  readonly attributes: User['attributes'];
};
export type Kind = keyof Values;

/** The same values in JSON: an instant is ISO 8601 in UTC, and null stands for what is absent. */
type Json = Omit<Values, 'texts' | 'instant' | 'suspension'> & {
  readonly texts: string[];
  readonly instant: string;
  readonly suspension: { readonly [Part in keyof Suspension]-?: Part extends 'at' ? string : string | null };
};

type Field = {
  /** The name of the field in rows, answers, forms and records of a backup. */
  readonly as: string;
  readonly kind: Kind;
  readonly isOptional?: true;
  /** Every answer that shows a user has the field. */
  readonly isShown?: true;
  /** People set the field when they register and in their profile. It is a line of at most this many characters. */
  readonly longest?: number;
};
/** A field that fits the type it has in `User`. */
type FieldOf<Value> = Field & {
  readonly kind: { [Each in Kind]: NonNullable<Value> extends Values[Each] ? Each : never }[Kind];
  readonly isOptional?: undefined extends Value ? true : never;
  readonly longest?: NonNullable<Value> extends string ? number : never;
} & (undefined extends Value ? { readonly isOptional: true } : unknown);

/** A list that has every field of a type, each of the kind that it is there. */
export type FieldsOf<Noun> = { readonly [Key in keyof Noun]-?: FieldOf<Noun[Key]> };

/**
 * Every field of a user, in the order of a record. The row, the answers, the record of a backup and the forms derive from this list. A field that is
 * added later has to be optional, because older rows and backups lack it.
 */
export const userFields = {
  id: { as: 'id', kind: 'text', isShown: true },
  username: { as: 'username', kind: 'text', isShown: true, longest: 64 },
  name: { as: 'name', kind: 'text', isShown: true, longest: 64 },
  email: { as: 'email', kind: 'text', isShown: true, longest: 254 },
  mobile: { as: 'mobile', kind: 'text', isOptional: true, isShown: true, longest: 40 },
  password: { as: 'password', kind: 'text' },
  roles: { as: 'roles', kind: 'texts', isShown: true },
  isActive: { as: 'is_active', kind: 'flag', isShown: true },
  suspension: { as: 'suspension', kind: 'suspension', isOptional: true },
  isSuperuser: { as: 'is_superuser', kind: 'flag', isShown: true },
  isEmailVerified: { as: 'email_verified', kind: 'flag', isShown: true },
  isMobileVerified: { as: 'mobile_verified', kind: 'flag', isShown: true },
  tokenEpoch: { as: 'token_epoch', kind: 'count' },
  version: { as: 'version', kind: 'count' },
  avatar: { as: 'avatar', kind: 'text', isOptional: true, isShown: true },
  attributes: { as: 'attributes', kind: 'attributes' },
  dateJoined: { as: 'date_joined', kind: 'instant', isShown: true },
  lastLogin: { as: 'last_login', kind: 'instant', isOptional: true, isShown: true },
} as const satisfies FieldsOf<User>;

type Fields = typeof userFields;

/** For each field with a property, by its name in JSON: what `Optional` has for its kind if a user may lack it, otherwise what `Required` has. */
export type ByField<
  Property,
  Required extends Record<Kind, unknown> = Json,
  Optional extends Record<Kind, unknown> = { [Each in Kind]: Json[Each] | null },
> = {
  [Key in keyof Fields as Fields[Key] extends Property ? Fields[Key]['as'] : never]: (Fields[Key] extends { isOptional: true }
    ? Optional
    : Required)[Fields[Key]['kind']];
};

/** A user in JSON, with every field. */
export type UserJson = Readonly<ByField<object>>;

/** The fields, for code that treats all of them alike. */
export const fieldPairs = () => Object.entries(userFields) as [keyof User, Field][];

/** Makes a value of each field that has a property, by the name of the field in JSON. */
export function byField(property: keyof Field, make: (field: Field) => unknown): Record<string, unknown> {
  return Object.fromEntries(fieldPairs().flatMap(([, field]) => (property in field ? [[field.as, make(field)]] : [])));
}

const writers: { readonly [Each in Kind]?: (value: never) => unknown } = {
  texts: (texts: readonly string[]) => [...texts],
  instant: (at: Date) => at.toISOString(),
  suspension: ({ at, until, reason, by }: Suspension): Json['suspension'] => ({
    at: at.toISOString(),
    until: until?.toISOString() ?? null,
    reason: reason ?? null,
    by: by ?? null,
  }),
};

const readers: { readonly [Each in Kind]?: (json: never) => unknown } = {
  instant: (text: string) => new Date(text),
  suspension: ({ at, until, reason, by }: Json['suspension']): Suspension => ({
    at: new Date(at),
    until: until === null ? undefined : new Date(until),
    reason: reason ?? undefined,
    by: by ?? undefined,
  }),
};

/** Writes a user as JSON. */
export function toJson(user: User): UserJson {
  const written = (kind: Kind, value: unknown) => (value === undefined ? null : (writers[kind]?.(value as never) ?? value));
  return Object.fromEntries(fieldPairs().map(([key, { as, kind }]) => [as, written(kind, user[key])])) as UserJson;
}

/** Reads a user from JSON. An optional field may be missing. */
export function fromJson(json: Readonly<Record<string, unknown>>): User {
  const read = (kind: Kind, value: unknown) => (value == null ? undefined : (readers[kind]?.(value as never) ?? value));
  return Object.fromEntries(fieldPairs().map(([key, { as, kind }]) => [key, read(kind, json[as])])) as User;
}

/** Reads the fields that people set from a form: null empties one, and a field that was left out is not changed. */
export function fromForm(form: Readonly<Record<string, unknown>>): Partial<User> {
  const typed = fieldPairs().filter(([, { as, longest }]) => longest !== undefined && form[as] !== undefined);
  return Object.fromEntries(typed.map(([key, { as }]) => [key, form[as] ?? undefined]));
}
