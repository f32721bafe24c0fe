import { array, boolean, type NullableSchema, nullable, number, object, optional, record, string, unknown } from 'valibot';
import { type Attributes, attributesOf, namesFor } from './attributes.ts';
import type { User } from './user.ts';
import { type ByField, byField } from './user-fields.ts';
import { toJson } from './user-json.ts';

const kinds = {
  text: string(),
  flag: boolean(),
  count: number(),
  texts: array(string()),
  instant: string(),
  suspension: object({ at: string(), until: nullable(string()), reason: nullable(string()) }),
  attributes: record(string(), unknown()),
};
type Shown = { readonly isShown: true };
type NullableKinds = { [Kind in keyof typeof kinds]: NullableSchema<(typeof kinds)[Kind], undefined> };

/**
 * A user in an answer (`User` in openapi.json), with the attributes that the user has and the reader may see; without
 * `attributes` if there are none. It has no hash. Instants are ISO 8601 in UTC. Only a reader who looks after users
 * sees `suspension`.
 */
export function userViewWith(attributes: Attributes) {
  const { id, username, name, email, mobile, avatar, ...rest } = byField('isShown', ({ kind, isOptional }) =>
    isOptional ? nullable(kinds[kind]) : kinds[kind],
  ) as ByField<Shown, typeof kinds, NullableKinds>;
  return object({
    ...{ id, username, name, email, mobile, avatar }, // openapi.json and answers have them first
    ...rest,
    attributes: optional(object(Object.fromEntries(Object.entries(attributes).map(([name, { schema }]) => [name, optional(schema)])))),
    suspension: optional(nullable(kinds.suspension)),
  });
}

type Showing = {
  readonly attributes: Attributes;
  /** Who is looking: the user, or somebody who looks after users. */
  readonly reader: 'self' | 'staff';
  /** Makes the absolute address of a picture. */
  readonly avatarUrl: (name: string) => string;
};

/** Shows a user. */
export function viewUser(user: User, { attributes, reader, avatarUrl }: Showing) {
  const own: Readonly<Record<string, unknown>> = attributesOf(attributes, user);
  const seen = namesFor(attributes, 'read', reader).filter((name) => own[name] !== undefined);
  const { suspension, ...json } = toJson(user);
  return {
    ...(byField('isShown', ({ as }) => json[as as keyof typeof json]) as ByField<Shown>),
    avatar: user.avatar === undefined ? null : avatarUrl(user.avatar),
    ...(seen.length > 0 && { attributes: Object.fromEntries(seen.map((name) => [name, own[name]])) }),
    ...(reader === 'staff' && { suspension: suspension && { at: suspension.at, until: suspension.until, reason: suspension.reason } }),
  };
}
