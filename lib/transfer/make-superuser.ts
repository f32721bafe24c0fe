import { uuidv7 } from '#lib/ids.ts';
import { emailKey, shownEmail, wrongEmail } from '#lib/names/email.ts';
import { identifierTaken } from '#lib/names/identifier-taken.ts';
import { namesOf } from '#lib/names/names-of.ts';
import { shownUsername, usernameKey } from '#lib/names/username.ts';
import type { Passwords } from '#lib/passwords/passwords.ts';
import { unusablePassword } from '#lib/passwords/unusable-password.ts';
import { type FieldError, Problem } from '#lib/problem.ts';
import type { Notice } from '#lib/settings/kinds-of-messages.ts';
import { type NewHash, type NewPasswordRules, newHash, newPasswordErrors } from '#lib/users/new-password.ts';
import { newUser } from '#lib/users/new-user.ts';
import { passwordChanged } from '#lib/users/notice.ts';
import type { PasswordStore } from '#lib/users/password-store.ts';
import type { User } from '#lib/users/user.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import type { SuperuserStore } from './superuser-store.ts';

/**
 * The user to make a superuser. The e-mail address is for a new user; an existing one is never changed. Without a
 * password, the password stays as it is.
 */
export type Candidate = {
  readonly username: string;
  readonly email?: string | undefined;
  readonly password?: string | undefined;
  /** Who is meant, if the name alone does not tell: the id of the user, or `anybody` who has the username. */
  readonly promote?: string | undefined;
};

/** A user has the username, and nothing says that they are the person meant. */
export class Unmistaken extends Error {
  override readonly name = 'Unmistaken';
  readonly user: User;

  constructor(user: User) {
    super(`${user.username} is somebody already`);
    this.user = user;
  }
}

/** The superuser, and what was done. `unusable`: the user has no password to log in with yet. */
export type Made = {
  readonly user: User;
  readonly done: 'created' | 'promoted' | 'nothing';
  readonly password: 'set' | 'changed' | 'kept' | 'unusable';
};

type Needs = NewPasswordRules &
  NewHash & {
    readonly users: Pick<UserStore, 'add' | 'get' | 'findByIdentifier'>;
    readonly superusers: SuperuserStore;
    readonly store: PasswordStore;
    readonly passwords: Passwords;
    readonly notices: readonly Notice[];
    readonly now: () => Date;
  };

/**
 * Makes a superuser: creates the user, or promotes the user with that username, and sets the password if one is given.
 * It can be repeated. A changed password ends all sessions of the user, and so does a promotion. Whoever registered a name first is not promoted
 * for the name alone: a user is the one meant if they are a superuser already, if they have proved the e-mail address that
 * is given themselves (another user's word does not count), or if `promote` says so. Throws Unmistaken otherwise; `validation_failed` and `identifier_taken` with the
 * fields. Reserved usernames are allowed here. A new superuser's address counts as proved, as the operator gave it.
 */
export async function makeSuperuser(needs: Needs, candidate: Candidate): Promise<Made> {
  const value = usernameKey(candidate.username);
  if (value === undefined) throw invalid('username', { phrase: 'invalid_username' });
  const found = await needs.users.findByIdentifier({ kind: 'username', value });
  const user = found && (await needs.users.get(found.id));
  if (!user) return await create(needs, candidate, value);
  if (!isMeant(user, candidate)) throw new Unmistaken(user);
  return await promote(needs, user, candidate.password);
}

function isMeant(user: User, { email, promote: meant }: Candidate): boolean {
  if (user.isSuperuser || meant === user.id || meant === 'anybody') return true;
  return (
    meant === undefined && email !== undefined && user.isEmailVerified && !user.isEmailVouched && emailKey(email) === emailKey(user.email)
  );
}

async function create(needs: Needs, { username, email, password }: Candidate, value: string): Promise<Made> {
  if (email === undefined) throw invalid('email', { phrase: 'required' });
  const mail = shownEmail(email);
  if (mail === undefined) throw invalid('email', { phrase: wrongEmail(email) });
  const shown = shownUsername(username) ?? value;
  refuseWeak(needs, { username: shown, name: shown, email }, password);
  const now = needs.now();
  const hash = password === undefined ? unusablePassword() : await newHash(needs, password);
  const user = newUser({ username: shown, name: shown, email: mail, password: hash, isSuperuser: true, isEmailVerified: true }, now);
  const outcome = await needs.users.add(user, namesOf(user), { id: uuidv7(now), type: 'superuser_made', userId: user.id, at: now });
  if (outcome === 'added') return { user, done: 'created', password: password === undefined ? 'unusable' : 'set' };
  if (outcome === 'busy') throw busy();
  throw identifierTaken(outcome.taken);
}

/** Changes the password first, so that a superuser always has the password that was asked for. */
async function promote(needs: Needs, user: User, password: string | undefined): Promise<Made> {
  refuseWeak(needs, user, password);
  const isChanging = password !== undefined && !(await needs.passwords.check(password, user.password)).matches;
  const now = needs.now();
  if (isChanging) {
    const event = { id: uuidv7(now), type: 'password_changed', userId: user.id, at: now } as const;
    const news = passwordChanged(needs, user, { language: 'en', now }); // the command line has no request, and so no language
    const change = { user, hash: await newHash(needs, password), event, news };
    if ((await needs.store.change(change)) !== 'changed') throw busy();
  }
  const outcome = await needs.superusers.promote(user.id, { id: uuidv7(now), type: 'superuser_made', userId: user.id, at: now });
  if (outcome === 'busy') throw busy();
  const kept = user.password.startsWith('!') ? 'unusable' : 'kept';
  return { user, done: outcome === 'promoted' ? 'promoted' : 'nothing', password: isChanging ? 'changed' : kept };
}

function refuseWeak(needs: Needs, names: Pick<User, 'username' | 'name' | 'email' | 'mobile'>, password: string | undefined): void {
  const weak = password === undefined ? [] : newPasswordErrors(password, names, needs);
  if (weak.length > 0) throw invalid('password', ...weak);
}

const invalid = (field: string, ...errors: readonly FieldError[]) => new Problem('validation_failed', { errors: { [field]: errors } });
const busy = () => new Problem('unavailable', { retryAfterSeconds: 1, reason: 'the user is being written by others' });
