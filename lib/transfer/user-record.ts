import * as v from 'valibot';
import { isPictureName } from '#lib/avatars/picture-name.ts';
import { emailKey } from '#lib/names/email.ts';
import { shownUsername } from '#lib/names/username.ts';
import { roleName, rolesFit } from '#lib/users/role.ts';
import type { User } from '#lib/users/user.ts';

/** A user as a line of a file of users holds them: the names of the API, and what the API never shows. */
export type UserRecord = v.InferOutput<typeof record>;

const instant = v.pipe(
  v.string(),
  v.check(
    (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) && !Number.isNaN(Date.parse(text)),
    'is no instant such as 2026-01-31T12:00:00.000Z',
  ),
);
const count = (least: number) => v.pipe(v.number(), v.safeInteger('is no whole number'), v.minValue(least, `is less than ${least}`));
const like = (is: (text: string) => boolean, otherwise: string) => v.pipe(v.string(), v.check(is, otherwise));

/** Ids are a segment of a path, and end of a key. */
const id = like((text) => /^(?!\.{1,2}$)[^\s\p{C}/?#%\\]{1,128}$/u.test(text), 'is no id: 1 to 128 characters that can stand in a path');

const record = v.strictObject({
  id,
  username: like((text) => shownUsername(text) === text, 'is no username'),
  name: v.pipe(v.string(), v.maxLength(256, 'is longer than 256 characters')),
  email: like((text) => emailKey(text) !== undefined, 'is no e-mail address'),
  mobile: v.nullable(like((text) => /^\+[1-9]\d{6,14}$/.test(text), 'is no mobile number such as +8613800138000')),
  password: v.pipe(v.string(), v.minLength(1, 'is empty'), v.maxLength(2048, 'is too long')),
  roles: v.pipe(
    v.array(like((text) => roleName(text) === text, 'is no name of a role')),
    v.check((roles) => new Set(roles).size === roles.length, 'names a role twice'),
    v.check((roles) => rolesFit(roles), 'are more than fit into a token'),
  ),
  is_active: v.boolean(),
  suspension: v.nullable(
    v.strictObject({ at: instant, until: v.nullable(instant), reason: v.nullable(v.string()), by: v.nullable(v.string()) }),
  ),
  is_superuser: v.boolean(),
  email_verified: v.boolean(),
  mobile_verified: v.boolean(),
  token_epoch: count(0),
  version: count(1),
  avatar: v.nullable(like(isPictureName, 'is no name of a picture')),
  attributes: v.record(
    like((text) => /^[a-z][a-z0-9_]{0,63}$/.test(text), 'is no name of an attribute'),
    v.unknown(),
  ),
  date_joined: instant,
  last_login: v.nullable(instant),
});

/** The line of a user, the password hash in it as it is: who exports it seals that. */
export function toRecord(user: User): UserRecord {
  return {
    id: user.id,
    username: user.username,
    name: user.name,
    email: user.email,
    mobile: user.mobile ?? null,
    password: user.password,
    roles: [...user.roles],
    is_active: user.isActive,
    suspension: user.suspension
      ? {
          at: user.suspension.at.toISOString(),
          until: user.suspension.until?.toISOString() ?? null,
          reason: user.suspension.reason ?? null,
          by: user.suspension.by ?? null,
        }
      : null,
    is_superuser: user.isSuperuser,
    email_verified: user.isEmailVerified,
    mobile_verified: user.isMobileVerified,
    token_epoch: user.tokenEpoch,
    version: user.version,
    avatar: user.avatar ?? null,
    attributes: { ...user.attributes },
    date_joined: user.dateJoined.toISOString(),
    last_login: user.lastLogin?.toISOString() ?? null,
  };
}

/**
 * The user that a line tells of, or everything that is wrong with it, as `field: why` without any value. Strict: a field that is missing or one
 * too many is wrong. `open` is what opens a sealed password (`PasswordSeal.open`): where it is given, none may lie there unsealed.
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
  return { user: userOf(output, password) };
}

const plain = (password: string) => (password.startsWith('sealed$') ? undefined : password);

/** valibot's own sentences quote what they received. */
function sentence({ message, kind, type, expected, received }: v.InferIssue<typeof record>): string {
  if (kind !== 'schema') return message;
  if (type === 'strict_object' && expected === 'never') return 'is not known here';
  return received === 'undefined' ? 'is missing' : `has to be ${expected ?? type}`;
}

function userOf(output: UserRecord, password: string): User {
  const { suspension } = output;
  return {
    id: output.id,
    username: output.username,
    name: output.name,
    email: output.email,
    mobile: output.mobile ?? undefined,
    password,
    roles: output.roles,
    isActive: output.is_active,
    suspension: suspension
      ? {
          at: new Date(suspension.at),
          until: suspension.until === null ? undefined : new Date(suspension.until),
          reason: suspension.reason ?? undefined,
          by: suspension.by ?? undefined,
        }
      : undefined,
    isSuperuser: output.is_superuser,
    isEmailVerified: output.email_verified,
    isMobileVerified: output.mobile_verified,
    tokenEpoch: output.token_epoch,
    version: output.version,
    avatar: output.avatar ?? undefined,
    attributes: output.attributes,
    dateJoined: new Date(output.date_joined),
    lastLogin: output.last_login === null ? undefined : new Date(output.last_login),
  };
}
