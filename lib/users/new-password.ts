import { mobileNumber } from '#lib/names/mobile.ts';
import type { Breaches } from '#lib/passwords/breaches.ts';
import type { Words } from '#lib/passwords/common-words.ts';
import { passwordErrors } from '#lib/passwords/password-policy.ts';
import type { Passwords } from '#lib/passwords/passwords.ts';
import { type FieldError, Problem } from '#lib/problem.ts';

export type NewPasswordRules = {
  readonly passwordMinLength: number;
  readonly isCommonPassword: (password: string, near?: Words) => boolean;
  /** The words of the service, which no password may consist of. */
  readonly serviceWords?: Words;
  /** The country (ISO 3166) whose national mobile numbers are understood. */
  readonly region: string;
};
/** The names of a user, which their password may not consist of. */
type OwnNames = {
  readonly username: string;
  readonly name?: string | undefined;
  readonly email: string;
  readonly mobile?: string | undefined;
};

/** Checks a new password against the policy and the user's own names. A mobile number is recognised in any spelling. */
export function newPasswordErrors(
  password: string,
  { username, name, email, mobile }: OwnNames,
  { passwordMinLength: minLength, isCommonPassword: isCommon, serviceWords = new Map(), region }: NewPasswordRules,
): FieldError[] {
  const typedNumber = mobile && mobileNumber(password, region) === mobile ? password : mobile;
  return passwordErrors(password, { username, email, mobile: typedNumber, name }, { minLength, isCommon, serviceWords });
}

/** The tools for the hash of a new password. Without `breaches`, no breach is looked for. */
export type NewHash = { readonly passwords: Pick<Passwords, 'hash'>; readonly breaches?: Breaches | undefined };

/**
 * The hash of a new password that meets the policy. Every password that is chosen passes here, and none at a sign-in.
 * Throws `validation_failed` with the field if the password is known from a breach.
 */
export async function newHash({ passwords, breaches }: NewHash, password: string, field = 'password'): Promise<string> {
  const [hash, isBreached] = await Promise.all([passwords.hash(password), breaches?.has(password)]);
  if (isBreached) throw new Problem('validation_failed', { errors: { [field]: [{ phrase: 'password_breached' }] } });
  return hash;
}
