import { isDeepStrictEqual } from 'node:util';
import type { Caller } from '#lib/caller/caller.ts';
import type { Client } from '#lib/caller/client.ts';
import type { Precondition } from '#lib/http/if-match.ts';
import type { Language } from '#lib/language.ts';
import { namesOf } from '#lib/names/names-of.ts';
import { type NameRules, readNames } from '#lib/names/read-names.ts';
import { type FieldError, isOurFault, Problem } from '#lib/problem.ts';
import type { Rate } from '#lib/rate.ts';
import { askForFreshLogin, type FreshLogin } from '#lib/sessions/fresh-login.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { renamingLimits } from '#lib/sign-in/login-limits.ts';
import type { Spent, Throttle } from '#lib/throttle/throttle.ts';
import type { Attributes } from './attributes.ts';
import { exchangeByAnother } from './exchange-by-another.ts';
import { refuseToGive, rolesFrom, sameRoles } from './give-roles.ts';
import { type Acting, refuseToTouch, seenAs } from './judge.ts';
import { eventsOf, isGrave, isRenamed } from './profile-events.ts';
import type { ProfileWish } from './profile-form.ts';
import { type AddressKind, isProvedEnough, vouchedFor, wantedKinds } from './proved-addresses.ts';
import { type Rewriting, rewrite } from './rewrite.ts';
import { exchangedKinds, type TellingExchanges, tellExchange } from './tell-exchange.ts';
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
 * Without a difference, nothing is written. Callers who change names, marks or roles need a recent sign-in, and the old
 * address gets a message with a way back if it was proved. On a stage that wants addresses proved, users change their own
 * with a code instead. Staff can vouch for an address of another; for the ways back then see `exchangeByAnother`. Throws
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
    const wished = wishedOf(needs, wish, { actor, user: found }, isWhole);
    if (isDeepStrictEqual(wished, found)) return undefined;
    if (!isOther) refuseUnproved(needs, found, wished, isOther);
    if (isGrave(found, wished)) await askForFreshLogin(needs, caller, user.id);
    const now = needs.now();
    const { next, exchange } = isOther ? await exchangeByAnother(needs, found, wished, { ...asker, now }) : { next: wished };
    if (isOther) refuseUnproved(needs, found, next, isOther);
    const change = { next, exchange, events: eventsOf(found, next, now, isOther), isExact: precondition !== undefined };
    if (isOther || !isRenamed(found, next)) return change;
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

/** The user as the actor wants them. Throws if the wish is invalid, or not the actor's to have. */
function wishedOf(needs: Needs, wish: ProfileWish, { actor, user }: Acting, isWhole: boolean): User {
  const { names, roles } = readWish(needs, wish, { actor, user });
  const writer = { declared: needs.declared, as: seenAs(actor, 'update') };
  const attributes = (isWhole ? replaceAttributes : writeAttributes)(writer, user, wish.attributes ?? {});
  if (wish.proved && actor.id === user.id) throw new Problem('permission_denied', { reason: 'vouches for addresses of their own' });
  const changed = withChanges(user, { ...fromForm(wish), ...names, roles, attributes });
  return { ...changed, ...vouchedFor(changed, wish.proved ?? []) };
}

/** Counted at the rates of a registration, so that a change gives no more tries at who has which name. */
async function countTry({ throttle, limits }: Needs, { address }: Client): Promise<readonly Spent[]> {
  return await throttle.spend(...renamingLimits(limits, address));
}

/** Throws `validation_failed` if an address would be stored unproved that the stage wants proved. */
function refuseUnproved({ wanted, byCode }: Needs, found: User, next: User, isOther: boolean): void {
  const changed = exchangedKinds(found, next);
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
  const roles = rolesFrom(typed);
  refuseToGive(actor, user.roles, 'phrase' in roles ? undefined : roles);
  return roles;
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
    isEmailVouched: isKept('email') ? found.isEmailVouched : undefined,
    isMobileVouched: isKept('mobile') ? found.isMobileVouched : undefined,
  };
}
