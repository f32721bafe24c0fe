import { isDeepStrictEqual } from 'node:util';
import type { Caller } from '#lib/caller/caller.ts';
import type { Client } from '#lib/caller/client.ts';
import type { Precondition } from '#lib/http/if-match.ts';
import { uuidv7 } from '#lib/ids.ts';
import type { Language } from '#lib/language.ts';
import { namesOf } from '#lib/names/names-of.ts';
import { type NameRules, readNames } from '#lib/names/read-names.ts';
import type { Event } from '#lib/outbox/event.ts';
import { type FieldError, isOurFault, Problem } from '#lib/problem.ts';
import type { Rate } from '#lib/rate.ts';
import { askForFreshLogin, type FreshLogin } from '#lib/sessions/fresh-login.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { renamingLimits } from '#lib/sign-in/login-limits.ts';
import type { Spent, Throttle } from '#lib/throttle/throttle.ts';
import { isAble } from './abilities.ts';
import type { Attributes } from './attributes.ts';
import type { Exchange } from './change-store.ts';
import { rolesChanged, rolesFrom, sameRoles } from './give-roles.ts';
import { type Acting, refuseToTouch, seenAs } from './judge.ts';
import type { ProfileWish } from './profile-form.ts';
import { type AddressKind, isProvedEnough, vouchedFor, wantedKinds } from './proved-addresses.ts';
import { type Rewriting, rewrite } from './rewrite.ts';
import { type TellingExchanges, tellExchange } from './tell-exchange.ts';
import type { User } from './user.ts';
import { fromForm } from './user-json.ts';
import { replaceAttributes, writeAttributes } from './write-attributes.ts';

type Needs = Rewriting &
  NameRules &
  FreshLogin &
  TellingExchanges & {
    readonly declared: Attributes;
    readonly throttle: Throttle;
    /** How often names may be tried, counted together with registrations. */
    readonly limits: { readonly address: Rate; readonly global: Rate };
    /** What the stage wants proved, and the kinds of addresses that people change only with a code. */
    readonly wanted: Settings['REGISTER_VERIFIED'];
    readonly byCode: readonly AddressKind[];
  };
/** `isWhole`: missing attributes are emptied. */
type How = {
  readonly precondition: Precondition | undefined;
  readonly isWhole: boolean;
  readonly caller: Caller;
  readonly client: Client;
  readonly language: Language;
};

/**
 * Changes a profile, and returns the user as they are then. A changed e-mail address or number is no longer proved.
 * Without a difference, nothing is written. Callers who change names of their own need a recent sign-in, and the old
 * address gets a message with a way back if it was proved. On a stage that wants addresses proved, they change them with
 * a code instead. Staff can vouch for an address, and their change of one leaves no way back. Throws
 * `precondition_failed`; `fresh_login_required`; `throttled` after too many tries of names, or ten exchanges that can
 * still be undone; `validation_failed`; `identifier_taken` with the field if one name is new, and without fields if
 * several are, so that a name known to be taken is no help to try others; `permission_denied` for a change of roles,
 * attributes or marks that the actor may not write; and the problems of `rewrite`.
 */
export async function updateProfile(
  needs: Needs,
  { actor, user }: Acting,
  wish: ProfileWish,
  { precondition, isWhole, caller, ...asker }: How,
): Promise<User> {
  const isOther = actor.id !== user.id;
  const tried: { counted?: readonly Spent[]; names?: number } = {};
  const alter = async (found: User) => {
    refuseToTouch(actor, found);
    if (precondition && !precondition.isMet(found.version)) throw new Problem('precondition_failed');
    const { names, roles } = readWish(needs, wish, { actor, user: found });
    const writer = { declared: needs.declared, as: seenAs(actor, 'update') };
    const attributes = (isWhole ? replaceAttributes : writeAttributes)(writer, found, wish.attributes ?? {});
    if (wish.proved && !isOther) throw new Problem('permission_denied', { reason: 'vouches for addresses of their own' });
    const changed = withChanges(found, { ...fromForm(wish), ...names, roles, attributes });
    const next = { ...changed, ...vouchedFor(changed, wish.proved ?? []) };
    if (isDeepStrictEqual(next, found)) return undefined;
    refuseUnproved(needs, found, next, isOther);
    const now = needs.now();
    const change = { next, events: eventsOf(found, next, now, isOther), isExact: precondition !== undefined };
    if (isOther) return { ...change, exchange: await withoutWaysBack(needs, found, next) };
    if (!isRenamed(found, next)) return change;
    await askForFreshLogin(needs, caller, user.id);
    const come = newNames(found, next);
    tried.names = come.length;
    if (come.length > 0) tried.counted ??= await countTry(needs, asker.client);
    return { ...change, exchange: await tellExchange(needs, found, next, { ...asker, now }) };
  };
  try {
    return await rewrite(needs, user, alter);
  } catch (error) {
    if (tried.counted && isOurFault(error)) await needs.throttle.giveBack(...tried.counted).catch(() => undefined); // the first error is the one to report
    if ((tried.names ?? 0) > 1 && error instanceof Problem && error.code === 'identifier_taken') throw new Problem('identifier_taken');
    throw error;
  }
}

/** Counted at the rates of a registration, so that a change gives no more tries at who has which name. */
async function countTry({ throttle, limits }: Needs, { address }: Client): Promise<readonly Spent[]> {
  return await throttle.spend(...renamingLimits(limits, address));
}

/** An address that staff set is right: no link of before leads away from it. */
async function withoutWaysBack({ addresses }: Needs, found: User, next: User): Promise<Exchange | undefined> {
  if (changedKinds(found, next).length === 0) return undefined;
  const { undos } = (await addresses.find(found.id)) ?? { undos: [] };
  return undos.length === 0 ? undefined : { before: undos, undos: [], news: [] };
}

/** Throws `validation_failed` if an address would be stored unproved that the stage wants proved. */
function refuseUnproved({ wanted, byCode }: Needs, found: User, next: User, isOther: boolean): void {
  const changed = changedKinds(found, next);
  const isLess = !isProvedEnough(wanted, next) && (isOther || isProvedEnough(wanted, found));
  const refused = changed.filter((kind) => (isOther ? isLess && wantedKinds(wanted).includes(kind) : isLess || isSet(next, kind, byCode)));
  if (refused.length === 0) return;
  const error = (kind: AddressKind): FieldError =>
    isOther ? { phrase: 'address_unproved' } : { phrase: 'address_by_code', values: { kind } };
  throw new Problem('validation_failed', { errors: Object.fromEntries(refused.map((kind) => [kind, [error(kind)]])) });
}

const isSet = (next: User, kind: AddressKind, kinds: readonly AddressKind[]) => kinds.includes(kind) && Boolean(next[kind]);
const newNames = (found: User, next: User) => {
  const before = namesOf(found).map(({ value }) => value);
  return namesOf(next).filter(({ value }) => !before.includes(value));
};

function changedKinds(found: User, next: User): AddressKind[] {
  const keyOf = (user: User, kind: AddressKind) => namesOf(user).find((name) => name.kind === kind)?.value;
  return (['email', 'mobile'] as const).filter((kind) => keyOf(found, kind) !== keyOf(next, kind));
}

function readWish(rules: NameRules, wish: ProfileWish, { actor, user }: Acting) {
  const { names, errors } = readNames(rules, wish, user);
  const roles = rolesWanted(actor, user, wish.roles);
  const all: Record<string, readonly FieldError[]> = { ...errors, ...('phrase' in roles && { roles: [roles] }) };
  if ('phrase' in roles || Object.keys(all).length > 0) throw new Problem('validation_failed', { errors: all });
  return { names, roles };
}

/** Every caller may send the present roles, which changes nothing. */
function rolesWanted(actor: User, user: User, typed: readonly string[] | undefined): readonly string[] | FieldError {
  if (typed === undefined || sameRoles(typed, user.roles)) return user.roles;
  if (!isAble(actor, 'grant')) throw new Problem('permission_denied', { reason: 'gives or takes roles' });
  return rolesFrom(typed);
}

/** Clears the mark of an address whose key changes: it is another address, which is not proved. */
function withChanges(found: User, changes: Partial<User>): User {
  const next = { ...found, ...changes };
  const [before, after] = [namesOf(found), namesOf(next)];
  const isKept = (kind: string) => before.find((name) => name.kind === kind)?.value === after.find((name) => name.kind === kind)?.value;
  return {
    ...next,
    isEmailVerified: found.isEmailVerified && isKept('email'),
    isMobileVerified: found.isMobileVerified && isKept('mobile'),
  };
}

const isMarked = (found: User, next: User) =>
  (next.isEmailVerified && !found.isEmailVerified) || (next.isMobileVerified && !found.isMobileVerified);

const isRenamed = (found: User, next: User) => !isDeepStrictEqual(namesOf(found), namesOf(next));

/** A user's own change of other fields is no event: it lets no one in, and an event costs more than the change. */
function eventsOf(found: User, next: User, at: Date, isOther: boolean): Event[] {
  const renamed = changedFields(namesByKind(found), namesByKind(next));
  const other = isOther ? changedFields(profileOf(found), profileOf(next)).filter((field) => !renamed.includes(field)) : [];
  return [
    ...(isRenamed(found, next) ? [{ id: uuidv7(at), type: 'identifiers_changed', userId: found.id, at, fields: renamed } as const] : []),
    ...(isMarked(found, next) ? [{ id: uuidv7(at), type: 'address_verified', userId: found.id, at } as const] : []),
    ...(sameRoles(found.roles, next.roles) ? [] : [rolesChanged(found, at)]),
    ...(other.length > 0 ? [{ id: uuidv7(at), type: 'profile_changed', userId: found.id, at, fields: other } as const] : []),
  ];
}

const namesByKind = (user: User) => Object.fromEntries(namesOf(user).map(({ kind, value }) => [kind, value]));

/** What staff can change and no other event tells. An attribute is named with its own name. */
function profileOf({ username, email, mobile, name, attributes }: User): Readonly<Record<string, unknown>> {
  const own = Object.entries(attributes).map(([key, value]) => [`attributes.${key}`, value] as const);
  return { username, email, mobile, name, ...Object.fromEntries(own) };
}

function changedFields(found: Readonly<Record<string, unknown>>, next: Readonly<Record<string, unknown>>): string[] {
  const names = [...new Set([...Object.keys(found), ...Object.keys(next)])];
  return names.filter((name) => !isDeepStrictEqual(found[name], next[name]));
}
