import type { Suspension, User } from './user.ts';
import { fieldPairs, type Json, type Kind, type UserJson } from './user-fields.ts';

const writers: { readonly [Each in Kind]?: (value: never) => unknown } = {
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

/** Reads from a form the fields that people may set: null empties one, and a field that was left out is not changed. */
export function fromForm(form: Readonly<Record<string, unknown>>): Partial<User> {
  const typed = fieldPairs().filter(([, { as, longest }]) => longest !== undefined && form[as] !== undefined);
  return Object.fromEntries(typed.map(([key, { as }]) => [key, form[as] ?? undefined]));
}
