import * as v from 'valibot';
import { isPictureName } from '#lib/avatars/picture-name.ts';
import { emailKey } from '#lib/names/email.ts';
import { shownUsername } from '#lib/names/username.ts';
import { roleName, rolesFit } from '#lib/users/role.ts';
import type { User } from '#lib/users/user.ts';
import { byField, type UserJson } from '#lib/users/user-fields.ts';
import { fromJson, toJson } from '#lib/users/user-json.ts';

/** A user as a line of a file of users: the names of the API, and the fields that the API never shows. */
export type UserRecord = UserJson;

const instant = v.pipe(
  v.string(),
  v.check(
    (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) && !Number.isNaN(Date.parse(text)),
    'is no instant such as 2026-01-31T12:00:00.000Z',
  ),
);
const count = (least: number) => v.pipe(v.number(), v.safeInteger('is no whole number'), v.minValue(least, `is less than ${least}`));
const like = (is: (text: string) => boolean, otherwise: string) => v.pipe(v.string(), v.check(is, otherwise));

/** An id is a segment of a path, and the end of a key. */
const id = like((text) => /^(?!\.{1,2}$)[^\s\p{C}/?#%\\]{1,128}$/u.test(text), 'is no id: 1 to 128 characters that can stand in a path');

const text = (longest: number) => v.pipe(v.string(), v.maxLength(longest, `is longer than ${longest} characters`));

/** What a field of a kind may hold. */
const kinds = {
  flag: v.boolean(),
  count: count(0),
  texts: v.array(v.string()),
  instant,
  suspension: v.strictObject({ at: instant, until: v.nullable(instant), reason: v.nullable(v.string()), by: v.nullable(v.string()) }),
  attributes: v.record(
    like((text) => /^[a-z][a-z0-9_]{0,63}$/.test(text), 'is no name of an attribute'),
    v.unknown(),
  ),
};

/** The fields with a stricter rule than their kind. */
const rules: Partial<Record<keyof UserJson, v.GenericSchema>> = {
  id,
  username: like((text) => shownUsername(text) === text, 'is no username'),
  name: text(256),
  email: like((text) => text === '' || emailKey(text) !== undefined, 'is no e-mail address'),
  mobile: like((text) => /^\+[1-9]\d{6,14}$/.test(text), 'is no mobile number such as +8613800138000'),
  password: v.pipe(v.string(), v.minLength(1, 'is empty'), v.maxLength(2048, 'is too long')),
  roles: v.pipe(
    v.array(like((text) => roleName(text) === text, 'is no name of a role')),
    v.check((roles) => new Set(roles).size === roles.length, 'names a role twice'),
    v.check((roles) => rolesFit(roles), 'are more than fit into a token'),
  ),
  version: count(1),
  avatar: like(isPictureName, 'is no name of a picture'),
};

const fields = byField('as', ({ as, kind, isOptional, longest = 1024 }) => {
  const rule = rules[as as keyof UserJson] ?? (kind === 'text' ? text(2 * longest) : kinds[kind]); // a character can be two UTF-16 units
  return isOptional ? v.optional(v.nullable(rule), null) : rule;
});
const record = v.strictObject(fields as { [Name in keyof UserJson]: v.GenericSchema<UserJson[Name]> });

/** The line of a user, with the password hash as it is: an export seals it. */
export const toRecord: (user: User) => UserRecord = toJson;

/**
 * Reads the user of a line, or says everything that is wrong with it as `field: why`, without any value. An unknown
 * field and a missing one are wrong, except an optional one: a backup can be older than the field. `open` opens a
 * sealed password (`PasswordSeal.open`); with it, every password has to be sealed.
 */
export function readRecord(
  json: unknown,
  open?: (sealed: string, userId: string) => string | undefined,
): { readonly user: User } | { readonly reasons: readonly string[] } {
  const { success, output, issues } = v.safeParse(record, json);
  if (!success) return { reasons: issues.map((issue) => `${v.getDotPath(issue) ?? 'the record'}: ${sentence(issue)}`) };
  const password = open ? open(output.password, output.id) : plain(output.password);
  if (password === undefined)
    return { reasons: [open ? 'password: was not sealed for this user' : 'password: is sealed, and the file says it is not'] };
  return { user: fromJson({ ...output, password }) };
}

const plain = (password: string) => (password.startsWith('sealed$') ? undefined : password);

/** Rewords the messages of valibot, because they quote the value. */
function sentence({ message, kind, type, expected, received }: v.InferIssue<typeof record>): string {
  if (kind !== 'schema') return message;
  if (type === 'strict_object' && expected === 'never') return 'is not known here';
  return received === 'undefined' ? 'is missing' : `has to be ${expected ?? type}`;
}
