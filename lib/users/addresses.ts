import type { CodeTarget } from '#lib/codes/code.ts';
import { emailKey } from '#lib/names/email.ts';
import type { User } from './user.ts';

/** The marks of the addresses of a user. */
export type Marked = Pick<User, 'isEmailVerified' | 'isMobileVerified' | 'isEmailVouched' | 'isMobileVouched'>;

/** The addresses of a user, normalised: the e-mail address first, unless the user has none. */
export function addressesOf({ email, mobile }: Pick<User, 'email' | 'mobile'>): CodeTarget[] {
  const mail = emailKey(email);
  return [
    ...(mail === undefined ? [] : [{ kind: 'email', value: mail } as const]),
    ...(mobile === undefined ? [] : [{ kind: 'mobile', value: mobile } as const]),
  ];
}

/** Whether a user has this address now. */
export function holds(user: Pick<User, 'email' | 'mobile'>, { kind, value }: CodeTarget): boolean {
  return addressesOf(user).some((own) => own.kind === kind && own.value === value);
}

/** Whether the address counts as proved: the person proved it, or another user vouched for it. */
export function isVerified(user: Pick<User, 'isEmailVerified' | 'isMobileVerified'>, { kind }: CodeTarget): boolean {
  return kind === 'email' ? user.isEmailVerified : user.isMobileVerified;
}

/** Whether another user vouched for the address, and the person has not proved it since. */
export function isVouched(user: Marked, { kind }: CodeTarget): boolean {
  return kind === 'email' ? user.isEmailVerified && user.isEmailVouched === true : user.isMobileVerified && user.isMobileVouched === true;
}

/** Whether the person has proved the address. */
export function isProved(user: Marked, target: CodeTarget): boolean {
  return isVerified(user, target) && !isVouched(user, target);
}
