import { mobileNumber } from '#lib/names/mobile.ts';
import { passwordErrors } from '#lib/passwords/password-policy.ts';
import type { FieldError } from '#lib/problem.ts';

export type NewPasswordRules = {
  readonly passwordMinLength: number;
  readonly isCommonPassword: (password: string) => boolean;
  /** Whose national mobile numbers are understood. */
  readonly region: string;
};
/** What somebody signs in with: nothing of it may be their password. */
type OwnNames = { readonly username: string; readonly email: string; readonly mobile?: string | undefined };

/** What is wrong with a new password of somebody: the policy, and their own names in it, the mobile number in any spelling. */
export function newPasswordErrors(
  password: string,
  { username, email, mobile }: OwnNames,
  { passwordMinLength: minLength, isCommonPassword: isCommon, region }: NewPasswordRules,
): FieldError[] {
  const typedNumber = mobile && mobileNumber(password, region) === mobile ? password : mobile;
  return passwordErrors(password, { username, email, mobile: typedNumber }, { minLength, isCommon });
}
