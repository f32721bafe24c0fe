import { mobileNumber } from '#lib/names/mobile.ts';
import { passwordErrors } from '#lib/passwords/password-policy.ts';
import type { FieldError } from '#lib/problem.ts';

export type NewPasswordRules = {
  readonly passwordMinLength: number;
  readonly isCommonPassword: (password: string) => boolean;
  /** The country (ISO 3166) whose national mobile numbers are understood. */
  readonly region: string;
};
/** The names of a user, which their password may not contain. */
type OwnNames = { readonly username: string; readonly email: string; readonly mobile?: string | undefined };

/** Checks a new password against the policy and the user's own names. A mobile number is recognised in any spelling. */
export function newPasswordErrors(
  password: string,
  { username, email, mobile }: OwnNames,
  { passwordMinLength: minLength, isCommonPassword: isCommon, region }: NewPasswordRules,
): FieldError[] {
  const typedNumber = mobile && mobileNumber(password, region) === mobile ? password : mobile;
  return passwordErrors(password, { username, email, mobile: typedNumber }, { minLength, isCommon });
}
