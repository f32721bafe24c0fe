import { randomId } from '#lib/ids.ts';
import { shownEmail } from '#lib/names/email.ts';
import { mobileNumber } from '#lib/names/mobile.ts';
import { type AddressKind, isProvedEnough, wantedKinds } from '#lib/users/proved-addresses.ts';
import { roleName, staff } from '#lib/users/role.ts';
import { byField } from '#lib/users/user-fields.ts';
import { idFor, placeholderFor, usernameFor } from './names.ts';
import type { Complaint, Fields } from './row.ts';
import type { Rules } from './rules.ts';
import { type Values, valuesOf } from './values.ts';

/** A change to a row that made it importable. It is counted, and reported with the row. */
export type Change = 'renamed' | 'email was the username' | 'placeholder for the e-mail address' | 'mobile dropped' | 'hash dropped';

/** A row as a record of ours (`readRecord`), not yet checked, with the faults so far. */
export type Draft = {
  readonly id: string | undefined;
  readonly record: Readonly<Record<string, unknown>>;
  readonly complaints: readonly Complaint[];
  readonly changes: readonly Change[];
};

/**
 * Makes a record of the fields of another system, by our names or Django's. `attributes` are the names that a project
 * declares.
 */
export function draftOf(fields: Fields, rules: Rules, attributes: readonly string[], now: Date): Draft {
  const values = valuesOf(fields, rules);
  const changes: Change[] = [];
  const typed = values.text('username');
  const given = values.text('id')?.trim();
  const email = emailOf(values, typed, given, rules, changes);
  const id = given || idFor(typed, email ?? '');
  const mobile = mobileOf(values, rules, changes);
  const username = id === undefined ? typed : (usernameFor({ id, typed, email: email ?? '', mobile }, rules) ?? typed);
  if (username !== typed && username !== typed?.trim().normalize('NFKC')) changes.push('renamed');
  const { complaints, text, line, toggle, instant } = values;
  const isMailKnown = email !== undefined && !changes.includes('placeholder for the e-mail address');
  const isProved = (kind: AddressKind) => toggle(`${kind}_verified`, false) || rules.proved.includes(kind);
  const marks = { isEmailVerified: isProved('email') && isMailKnown, isMobileVerified: isProved('mobile') && mobile !== undefined };
  if (!isProvedEnough(rules.wanted, marks))
    for (const kind of wantedKinds(rules.wanted))
      values.complain(kind, `is not proved, as the stage wants it: say --proved ${kind} if you know that it is`);
  const fullName = [line('first_name', 64), line('last_name', 64)].filter((part) => part !== undefined).join(' ');
  const record = {
    id,
    username,
    name: line('name', 64) ?? (fullName || username),
    email,
    mobile: mobile ?? null,
    password: text('password') ?? unusable(),
    roles: rolesOf(values, rules),
    is_active: toggle('is_active', true),
    suspension: null,
    is_superuser: toggle('is_superuser', false),
    email_verified: marks.isEmailVerified,
    mobile_verified: marks.isMobileVerified,
    token_epoch: 0,
    version: 1,
    avatar: null,
    attributes: Object.fromEntries(attributes.map((name) => [name, values.attribute(name)]).filter(([, value]) => value !== undefined)),
    date_joined: (instant('date_joined') ?? now).toISOString(),
    last_login: instant('last_login')?.toISOString() ?? null,
  };
  const others = byField('longest', ({ as, longest = 0 }) => (as in record ? undefined : (line(as, longest) ?? null)));
  return { id, record: { ...others, ...record }, complaints, changes };
}

/** A password that never matches, as Django writes one. */
export const unusable = (): string => `!${randomId()}${randomId().slice(0, 8)}`;

/** A username that is an e-mail address is the user's address, if there is no other. */
function emailOf(values: Values, typed: string | undefined, id: string | undefined, rules: Rules, changes: Change[]): string | undefined {
  const email = values.text('email')?.trim();
  const shown = email === undefined ? undefined : shownEmail(email);
  if (shown !== undefined) return shown;
  const fromUsername = email || typed === undefined ? undefined : shownEmail(typed);
  if (fromUsername !== undefined) {
    changes.push('email was the username');
    return fromUsername;
  }
  const owner = id || idFor(typed, '');
  if (!rules.isWithoutEmail || owner === undefined) return email || undefined;
  changes.push('placeholder for the e-mail address');
  return placeholderFor(owner);
}

function mobileOf(values: Values, { region, isMobileDropped }: Rules, changes: Change[]): string | undefined {
  const typed = values.text('mobile');
  if (typed === undefined || typed.trim() === '') return undefined;
  const mobile = mobileNumber(typed, region);
  if (mobile !== undefined) return mobile;
  if (isMobileDropped) changes.push('mobile dropped');
  else values.complain('mobile', `is no mobile number as ${region} and other countries have them`);
  return undefined;
}

/** `roles` are taken as they are. Of Django's groups, `staff` would get a power that no group of Django has. */
function rolesOf(values: Values, { roles: called }: Rules): string[] {
  const isStaff = values.toggle('is_staff', false);
  const roles = new Set<string>(isStaff ? [staff] : []);
  for (const field of ['roles', 'groups'])
    for (const each of values.list(field)) {
      const renamed = called.get(String(each));
      const role = renamed ?? roleIn(each, field === 'groups' && !isStaff);
      if (typeof role !== 'string') values.complain(field, role.reason);
      else if (role !== '') roles.add(role);
    }
  return [...roles];
}

function roleIn(each: unknown, isPowerless: boolean): string | { readonly reason: string } {
  if (typeof each !== 'string') return { reason: 'name a group that the file does not: dump auth.group too' };
  const role = roleName(each);
  if (role === undefined) return { reason: 'name one that no role can have' };
  if (role !== staff || !isPowerless) return role;
  return { reason: 'name one called staff, which is the role of whoever looks after users: say --role staff=...' };
}
