import type { Client } from '#lib/caller/client.ts';
import { epochSeconds } from '#lib/duration.ts';
import type { HumanCheck } from '#lib/human/check-human.ts';
import type { HumanProof } from '#lib/human/human-proof.ts';
import { uuidv7 } from '#lib/ids.ts';
import { emailKey } from '#lib/names/email.ts';
import type { Identifier, IdentifierKind } from '#lib/names/identifier.ts';
import { mobileNumber } from '#lib/names/mobile.ts';
import { shownUsername, usernameKey } from '#lib/names/username.ts';
import type { Passwords } from '#lib/passwords/passwords.ts';
import { type FieldError, type FieldErrors, isOurFault, Problem } from '#lib/problem.ts';
import type { Rate } from '#lib/rate.ts';
import { everybody, type Throttle } from '#lib/throttle/throttle.ts';
import { type NewPasswordRules, newPasswordErrors } from './new-password.ts';
import { newUser } from './new-user.ts';
import { missingProof, type Newcomer, type Proving, proveNewcomer } from './prove-newcomer.ts';
import type { User } from './user.ts';
import type { UserStore } from './user-store.ts';

/** What somebody filled in to register. */
export type Registration = HumanProof & {
  readonly name: string;
  readonly username?: string | undefined;
  readonly email: string;
  readonly mobile?: string | undefined;
  readonly password: string;
  readonly password_confirmation: string;
  /** What was sent to the address that the stage wants proved. */
  readonly code?: string | undefined;
};

type Needs = NewPasswordRules & {
  readonly users: Pick<UserStore, 'add'>;
  readonly throttle: Throttle;
  readonly limits: { readonly address: Rate; readonly global: Rate };
  readonly checkHuman?: HumanCheck;
  /** Where the stage wants an address proved; undefined where it does not. */
  readonly proving?: Proving | undefined;
  readonly reservedUsernames: ReadonlySet<string>;
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly now: () => Date;
};

/**
 * Makes an account. Whoever gives no username is called by their name. Names the wrong fields (`validation_failed`), or those
 * that belong to somebody (`identifier_taken`); throws `throttled` where a limit is used up, and what a human check throws. Of any number of registrations
 * of one name at once, exactly one succeeds. Where the stage wants an address proved, nothing is said of taken names without a right code.
 */
export async function register(needs: Needs, registration: Registration, client: Client): Promise<User> {
  const tries = await needs.throttle.spend(
    { name: 'register-address', rate: needs.limits.address, subject: client.address },
    { name: 'register-global', rate: needs.limits.global, subject: everybody },
  );
  try {
    const names = readNames(needs, registration); // first, lest a slip of the pen cost a captcha
    await needs.checkHuman?.(registration, client, tries);
    return await addUser(needs, { registration, names, by: client.requestId });
  } catch (error) {
    if (isOurFault(error)) await needs.throttle.giveBack(...tries).catch(() => undefined); // the first error is the one to report
    throw error;
  }
}

type Adding = { readonly registration: Registration; readonly names: Names; readonly by: string };

async function addUser(needs: Needs, { registration, names: { username, email, mobile }, by }: Adding): Promise<User> {
  const { proving } = needs;
  const proved = proving && (await proveNewcomer(proving, { email, mobile }, registration.code ?? ''));
  const now = needs.now();
  const shown = shownUsername(registration.username ?? registration.name) ?? username;
  const password = await needs.passwords.hash(registration.password);
  const user = newUser({ username: shown, name: registration.name, email: registration.email, mobile, password, ...marksOf(proved) }, now);
  const names: Identifier[] = [
    { kind: 'username', value: username },
    { kind: 'email', value: email },
    ...(mobile === undefined ? [] : [{ kind: 'mobile', value: mobile } as const]),
  ];
  const event = { id: uuidv7(now), type: 'user_registered', userId: user.id, at: now } as const;
  const outcome = proved
    ? await proving.addresses.join({ user, identifiers: names, event, proof: proved.proof, by, nowSeconds: epochSeconds(now) })
    : await needs.users.add(user, names, event);
  if (outcome === 'gone') throw new Problem('validation_failed', { errors: { code: [{ phrase: 'wrong_code' }] } });
  if (outcome === 'added') return user;
  if (outcome === 'busy') throw new Problem('unavailable', { retryAfterSeconds: 1, reason: 'names are being written by others' });
  throw new Problem('identifier_taken', { errors: takenErrors(outcome.taken, registration) });
}

/** What is known of an address whose code was right. */
function marksOf(proved: Newcomer | undefined) {
  return { isEmailVerified: proved?.target.kind === 'email', isMobileVerified: proved?.target.kind === 'mobile' };
}

type Names = { readonly username: string; readonly email: string; readonly mobile: string | undefined };

/** The names in their normal form, or a Problem with everything that is wrong with the fields. */
function readNames(needs: Needs, registration: Registration): Names {
  const typedUsername = registration.username ?? registration.name;
  const username = usernameKey(typedUsername);
  const email = emailKey(registration.email);
  const mobile = registration.mobile === undefined ? undefined : mobileNumber(registration.mobile, needs.region);
  const errors: Record<string, readonly FieldError[]> = { ...missingProof(needs.proving, registration) };
  if (username === undefined) errors[usernameField(registration)] = [{ phrase: 'invalid_username' }];
  else if (needs.reservedUsernames.has(username)) errors[usernameField(registration)] = [{ phrase: 'reserved_username' }];
  if (email === undefined) errors['email'] = [{ phrase: 'invalid_email' }];
  if (registration.mobile !== undefined && mobile === undefined) errors['mobile'] = [{ phrase: 'invalid_mobile' }];
  const weak = newPasswordErrors(registration.password, { username: typedUsername, email: registration.email, mobile }, needs);
  if (weak.length > 0) errors['password'] = weak;
  if (registration.password !== registration.password_confirmation) errors['password_confirmation'] = [{ phrase: 'password_mismatch' }];
  if (username === undefined || email === undefined || Object.keys(errors).length > 0) throw new Problem('validation_failed', { errors });
  return { username, email, mobile };
}

function takenErrors(kinds: readonly IdentifierKind[], registration: Registration): FieldErrors {
  const field = (kind: IdentifierKind) => (kind === 'username' ? usernameField(registration) : kind);
  return Object.fromEntries(kinds.map((kind) => [field(kind), [{ phrase: `${kind}_taken` as const }]]));
}

/** The field that a wrong username was typed into. */
function usernameField({ username }: Registration): 'username' | 'name' {
  return username === undefined ? 'name' : 'username';
}
