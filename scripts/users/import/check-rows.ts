import { safeParse } from 'valibot';
import { namesOf } from '#lib/names/names-of.ts';
import type { HashInspector } from '#lib/passwords/passwords.ts';
import type { Arrival } from '#lib/transfer/arrival-store.ts';
import { readRecord } from '#lib/transfer/user-record.ts';
import type { Attributes } from '#lib/users/attributes.ts';
import { isProvedEnough } from '#lib/users/proved-addresses.ts';
import type { User } from '#lib/users/user.ts';
import { placeholderFor } from './names.ts';
import { type Complaint, isFields, own, type Row, type Source } from './row.ts';
import type { Rules } from './rules.ts';
import { type Change, type Draft, draftOf, unusable } from './to-record.ts';

/**
 * The place of a row for a person: its number among the users, its line if the format has lines, and its id if it has
 * one.
 */
export type Place = { readonly row: number; readonly line?: number | undefined; readonly id?: string | undefined };

/** A row that was read to its end: a user who can be imported, or all faults. */
export type Checked = { readonly place: Place; readonly changes: readonly Change[]; readonly hash?: string } & (
  | { readonly arrival: Arrival }
  | { readonly complaints: readonly Complaint[] }
);

type Needs = {
  readonly source: Source;
  readonly rules: Rules;
  readonly attributes: Attributes;
  readonly passwords: HashInspector;
  readonly now: Date;
};

/**
 * All rows of a file in their order, checked against all rules except those that need the tables. If two rows claim one
 * id or one name, the first valid one gets it. This depends on the file alone, so every reading has the same result.
 */
export async function* checkedRows(needs: Needs): AsyncGenerator<Checked> {
  const owners = new Map<string, number>();
  const names = Object.keys(needs.attributes);
  let row = 0;
  for await (const each of needs.source.rows()) {
    row += 1;
    const drafted = draft(each, needs, names);
    const place: Place = { row, line: each.line, id: drafted.id?.slice(0, 128) };
    yield { place, ...check(drafted, needs, owners, row) };
  }
}

function draft(row: Row, { rules, now }: Needs, names: readonly string[]): Draft {
  if ('broken' in row) return { id: undefined, record: {}, complaints: [{ field: 'row', reason: row.broken }], changes: [] };
  if ('fields' in row) return draftOf(row.fields, rules, names, now);
  const record = isFields(row.record) ? row.record : {};
  const id = own(record, 'id');
  return { id: typeof id === 'string' ? id : undefined, record, complaints: [], changes: [] };
}

type Verdict = Pick<Checked, 'changes'> & { hash?: string } & ({ arrival: Arrival } | { complaints: readonly Complaint[] });

function check({ record, complaints: before, changes }: Draft, needs: Needs, owners: Map<string, number>, row: number): Verdict {
  if (before.some(({ field }) => field === 'row')) return { changes, complaints: before };
  const read = readRecord(record, needs.source.open);
  const complaints = [...before, ...('reasons' in read ? read.reasons.map(complaintIn) : [])];
  if (!('user' in read)) return { changes, complaints: withoutTwins(complaints) };
  const password = hashOf(read.user, needs);
  const attributes = attributesOf(read.user, needs.attributes);
  complaints.push(...password.complaints, ...attributes.complaints);
  const { hash } = password;
  const changed = [...changes, ...password.changes];
  const tokenEpoch = epochOf(read.user, needs);
  const user: User = { ...read.user, password: password.encoded, attributes: attributes.values, tokenEpoch };
  const arrival = arrivalOf(user);
  if (complaints.length > 0) return { changes: changed, complaints: withoutTwins(complaints), hash };
  const { isChanged, verdict } = claim(arrival, needs.rules, owners, row);
  return { changes: isChanged ? [...changed, 'placeholder for the e-mail address'] : changed, hash, ...verdict };
}

/**
 * The epoch of an imported user: the clock in seconds, so that no token of an earlier user with the same id becomes
 * valid again. It is 0 if tokens of other issuers shall stay valid, unless a later epoch has ended those already.
 */
function epochOf({ tokenEpoch }: User, { rules, now }: Needs): number {
  return rules.isOldTokenHonoured && tokenEpoch === 0 ? 0 : Math.max(Math.floor(now.getTime() / 1000), tokenEpoch + 1);
}

const complaintIn = (reason: string): Complaint => {
  const [field = '', ...rest] = reason.split(': ');
  return { field, reason: rest.join(': ') };
};

/** One complaint per field: further ones follow from the first. */
const withoutTwins = (complaints: readonly Complaint[]): Complaint[] =>
  [...new Map([...complaints].reverse().map((each) => [each.field, each])).values()].reverse();

function hashOf({ password }: User, { passwords, rules }: Needs) {
  const { kind, refused } = passwords.inspect(password);
  const isKept = kind === 'unusable' || refused === undefined;
  if (isKept) return { encoded: password, hash: kind, complaints: [], changes: [] };
  if (rules.isHashDropped) return { encoded: unusable(), hash: kind, complaints: [], changes: ['hash dropped' as const] };
  return { encoded: password, hash: kind, complaints: [{ field: 'password', reason: `is kept from use: ${refused}` }], changes: [] };
}

/** Declared attributes are checked against their schema; a file of texts may hold numbers and the like in them. */
function attributesOf({ attributes }: User, declared: Attributes) {
  const complaints: Complaint[] = [];
  const values = Object.entries(attributes).flatMap(([name, value]) => {
    const schema = Object.hasOwn(declared, name) ? declared[name]?.schema : undefined;
    const tried = schema && [value, inText(value)].map((each) => safeParse(schema, each)).find(({ success }) => success);
    if (tried) return [[name, tried.output] as const];
    complaints.push({
      field: `attributes.${name}`,
      reason: schema ? 'is not as project/attributes.ts declares it' : 'is not declared in project/attributes.ts',
    });
    return [];
  });
  return { complaints, values: Object.fromEntries(values) };
}

function inText(value: unknown): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value) : value;
  } catch {
    return value;
  }
}

const arrivalOf = (user: User): Arrival => ({ user, identifiers: namesOf(user) });

type Claimed = { readonly isChanged: boolean; readonly verdict: { arrival: Arrival } | { complaints: readonly Complaint[] } };

/** Claims the id and the names of a user for a row, unless an earlier row has one of them. */
function claim(
  arrival: Arrival,
  { isDoubledEmail, wanted: proofs }: Pick<Rules, 'isDoubledEmail' | 'wanted'>,
  owners: Map<string, number>,
  row: number,
): Claimed {
  const wanted = [
    { field: 'id', key: `id ${arrival.user.id}` },
    ...arrival.identifiers.map(({ kind, value }) => ({ field: kind, key: value })),
  ];
  const doubled = wanted.filter(({ key }) => owners.has(key));
  const isProvedWithout = isProvedEnough(proofs, { ...arrival.user, isEmailVerified: false });
  if (isDoubledEmail && isProvedWithout && doubled.length === 1 && doubled[0]?.field === 'email') {
    const email = placeholderFor(arrival.user.id);
    if (arrival.user.email !== email) {
      const other = arrivalOf({ ...arrival.user, email, isEmailVerified: false });
      return { ...claim(other, { isDoubledEmail: false, wanted: proofs }, owners, row), isChanged: true };
    }
  }
  if (doubled.length > 0) {
    const complaints = doubled.map(({ field, key }) => ({ field, reason: 'is that of a row before it', earlier: owners.get(key) }));
    return { isChanged: false, verdict: { complaints } };
  }
  for (const { key } of wanted) owners.set(key, row);
  return { isChanged: false, verdict: { arrival } };
}
