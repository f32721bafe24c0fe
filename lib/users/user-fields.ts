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
export type Json = Omit<Values, 'texts' | 'instant' | 'suspension'> & {
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

type FieldOf<Value> = Field & {
  readonly kind: { [Each in Kind]: NonNullable<Value> extends Values[Each] ? Each : never }[Kind];
  readonly longest?: NonNullable<Value> extends string ? number : never;
} & (undefined extends Value ? { readonly isOptional: true } : { readonly isOptional?: never });

/** A list of every field of a type. Each field is of the kind that it has in the type. */
export type FieldsOf<Noun> = { readonly [Key in keyof Noun]-?: FieldOf<Noun[Key]> };

/**
 * Every field of a user, in the order of a record. The row, the answers, the record of a backup and the forms derive
 * from this list. A field that is added later has to be optional, because older rows and backups lack it.
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
  isEmailVouched: { as: 'email_vouched', kind: 'flag', isOptional: true },
  isMobileVouched: { as: 'mobile_vouched', kind: 'flag', isOptional: true },
  tokenEpoch: { as: 'token_epoch', kind: 'count' },
  version: { as: 'version', kind: 'count' },
  avatar: { as: 'avatar', kind: 'text', isOptional: true, isShown: true },
  attributes: { as: 'attributes', kind: 'attributes' },
  dateJoined: { as: 'date_joined', kind: 'instant', isShown: true },
  lastLogin: { as: 'last_login', kind: 'instant', isOptional: true, isShown: true },
} as const satisfies FieldsOf<User>;

type Fields = typeof userFields;

/**
 * What each field with a property has, by its name in JSON: the type of its kind in `Optional` if a user may lack the
 * field, otherwise in `Required`.
 */
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
