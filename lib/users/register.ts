import type { Client } from '#lib/caller/client.ts';
import { epochSeconds } from '#lib/duration.ts';
import type { HumanCheck } from '#lib/human-check/human-check.ts';
import { uuidv7 } from '#lib/ids.ts';
import type { Language } from '#lib/language.ts';
import { identifierTaken } from '#lib/names/identifier-taken.ts';
import { namesOf } from '#lib/names/names-of.ts';
import { type NewNameRules, readNewNames, usernameField } from '#lib/names/read-names.ts';
import { type FieldError, isOurFault, Problem } from '#lib/problem.ts';
import type { Rate } from '#lib/rate.ts';
import { addressLimits } from '#lib/throttle/address-limits.ts';
import { everybody, type Spent, type Throttle } from '#lib/throttle/throttle.ts';
import { addWithUsername } from './add-with-username.ts';
import type { AddressStore, Displaced } from './address-store.ts';
import { displacedFrom } from './displaced.ts';
import { type NewHash, type NewPasswordRules, newHash, newPasswordErrors } from './new-password.ts';
import { newUser } from './new-user.ts';
import type { Registration } from './profile-form.ts';
import { missingProof, type Newcomer, type Proving, proveNewcomer } from './prove-newcomer.ts';
import type { User } from './user.ts';
import { fromForm } from './user-json.ts';
import type { UserStore } from './user-store.ts';
import { attributesFrom } from './write-attributes.ts';

type Needs = NewPasswordRules &
  NewHash &
  NewNameRules & {
    readonly users: Pick<UserStore, 'add'>;
    readonly throttle: Throttle;
    readonly limits: { readonly address: Rate; readonly global: Rate; readonly ceiling?: number };
    readonly checkHuman?: HumanCheck;
    /** Without it, no code is looked at. */
    readonly proving?: Proving | undefined;
    readonly now: () => Date;
  };

/**
 * Makes an account. Without a username, the name is the username too, or one is made from it. Throws `validation_failed` with the invalid
 * fields, or `identifier_taken` with the fields another account has; `throttled` if a limit is used up; and the
 * problems of a human check. Of any number of concurrent registrations of one name, exactly one succeeds. On a stage
 * that requires a proved address, only a right code reveals that a name is taken. A right code takes its address away from
 * a user who only claims it.
 */
export async function register(needs: Needs, registration: Registration, client: Client, language: Language = 'en'): Promise<User> {
  const { limits } = needs;
  const tries = await needs.throttle.spend(...addressLimits('register-address', limits.address, client.address, limits.ceiling), {
    name: 'register-global',
    rate: limits.global,
    subject: everybody,
    ceiling: limits.ceiling,
  });
  try {
    const names = await admit(needs, registration, client, tries);
    return await addUser(needs, { registration, names, by: client.requestId, language });
  } catch (error) {
    if (isOurFault(error)) await needs.throttle.giveBack(...tries).catch(() => undefined); // the first error is the one to report
    throw error;
  }
}

/**
 * The names of the form, after the human check. The form is read first, so that a typing error costs no captcha. A refusal does not count
 * against limits that are used up: a program that cannot pass the check does not keep out people who can.
 */
async function admit(needs: Needs, registration: Registration, client: Client, tries: readonly Spent[]): Promise<Names> {
  try {
    const names = readForm(needs, registration);
    await needs.checkHuman?.(registration, client, tries);
    return names;
  } catch (error) {
    const over = tries.filter(({ count, max }) => count > max);
    if (!isOurFault(error)) await needs.throttle.giveBack(...over).catch(() => undefined); // the first error is the one to report
    throw error;
  }
}

type Adding = { readonly registration: Registration; readonly names: Names; readonly by: string; readonly language: Language };
type Names = ReturnType<typeof readForm>;
/** How many times the claimant of the proved address is looked for. */
const joinTries = 3;

async function addUser(needs: Needs, adding: Adding): Promise<User> {
  const { proving } = needs;
  const { registration, names } = adding;
  const { code } = registration;
  const isProving = proving && (proving.wanted !== 'off' || code !== undefined);
  const proved = isProving ? await proveNewcomer(proving, namesOf(names), code ?? '') : undefined;
  const now = needs.now();
  const attributes = attributesFrom(registration.attributes ?? {});
  const password = await newHash(needs, registration.password);
  const given = { ...fromForm(registration), ...names, name: registration.name, attributes, password, ...marksOf(proved) };
  let user = newUser(given, now);
  const outcome = await addWithUsername(needs, { typed: registration, username: names.username }, async (username) => {
    user = newUser({ ...given, username }, now);
    return await add(needs, user, { ...adding, proved });
  });
  if (outcome === 'gone') throw new Problem('validation_failed', { errors: { code: [{ phrase: 'wrong_code' }] } });
  if (outcome === 'added') return user;
  if (outcome === 'busy' || outcome === 'changed-meanwhile')
    throw new Problem('unavailable', { retryAfterSeconds: 1, reason: 'names are being written by others' });
  throw identifierTaken(outcome.taken, usernameField(registration));
}

/** Writes the user. Whoever only claims the address that was proved loses it. */
async function add(
  needs: Needs,
  user: User,
  { proved, by, language }: Adding & { readonly proved: Newcomer | undefined },
): Promise<Outcome> {
  const { proving } = needs;
  const now = user.dateJoined;
  const identifiers = namesOf(user);
  const event = () => ({ id: uuidv7(now), type: 'user_registered', userId: user.id, actorId: user.id, at: now }) as const;
  const join = async ({ proof }: Newcomer, rules: Proving, displaced?: Displaced) =>
    await rules.addresses.join({ ...{ user, identifiers, event: event(), proof, by, displaced }, nowSeconds: epochSeconds(now) });
  let outcome: Outcome = proved && proving ? await join(proved, proving) : await needs.users.add(user, identifiers, event());
  for (let attempt = 1; proved && proving && attempt < joinTries && isInTheWay(outcome, proved); attempt += 1) {
    const displaced = await displacedFrom(proving, proved.target, { language, now });
    if (!displaced) break;
    outcome = await join(proved, proving, displaced);
  }
  return outcome;
}

type Outcome = Awaited<ReturnType<AddressStore['join'] | UserStore['add']>>;

/** Whether another user has the address that was proved. */
function isInTheWay(outcome: Outcome, { target }: Newcomer): boolean {
  return outcome === 'changed-meanwhile' || (typeof outcome === 'object' && outcome.taken.includes(target.kind));
}

/** The verification marks after a right code. */
function marksOf(proved: Newcomer | undefined) {
  return { isEmailVerified: proved?.target.kind === 'email', isMobileVerified: proved?.target.kind === 'mobile' };
}

/** The names of the new user, or a Problem with everything that is wrong with the form. */
function readForm(needs: Needs, registration: Registration) {
  const { names, errors: wrongNames } = readNewNames(needs, registration);
  const errors: Record<string, readonly FieldError[]> = { ...missingProof(needs.proving, registration), ...wrongNames };
  const { name, username = name, email } = registration;
  const typed = { username, name, email, mobile: names.mobile };
  const weak = newPasswordErrors(registration.password, typed, needs);
  if (weak.length > 0) errors['password'] = weak;
  if (registration.password !== registration.password_confirmation) errors['password_confirmation'] = [{ phrase: 'password_mismatch' }];
  if (Object.keys(errors).length > 0) throw new Problem('validation_failed', { errors });
  return names;
}
