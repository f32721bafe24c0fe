import type { Settings } from '#lib/settings/catalogue.ts';
import type { User } from './user.ts';

export type AddressKind = 'email' | 'mobile';
type Wanted = Settings['REGISTER_VERIFIED'];
type Marks = Pick<User, 'isEmailVerified' | 'isMobileVerified'>;
type Vouched = Pick<User, 'isEmailVouched' | 'isMobileVouched'>;

/** Whether a user has proved what the stage wants proved. */
export function isProvedEnough(wanted: Wanted, { isEmailVerified, isMobileVerified }: Marks): boolean {
  if (wanted === 'off') return true;
  if (wanted === 'either') return isEmailVerified || isMobileVerified;
  return wanted === 'email' ? isEmailVerified : isMobileVerified;
}

/** The kinds of addresses that a stage wants proved; the first is named if none is. */
export function wantedKinds(wanted: Wanted): readonly AddressKind[] {
  if (wanted === 'off') return [];
  return wanted === 'either' ? ['email', 'mobile'] : [wanted];
}

/**
 * The kinds of addresses that people change only with a code. On a stage that wants addresses proved, those are the
 * kinds that it wants, and those that it can send a code to: there nobody learns without a code who has which address.
 */
export function kindsByCode(settings: Pick<Settings, 'REGISTER_VERIFIED' | 'EMAIL_SENDER' | 'SMS_SENDER'>): readonly AddressKind[] {
  const { REGISTER_VERIFIED: wanted, EMAIL_SENDER, SMS_SENDER } = settings;
  if (wanted === 'off') return [];
  const isSent = { email: EMAIL_SENDER !== 'off', mobile: SMS_SENDER !== 'off' };
  return (['email', 'mobile'] as const).filter((kind) => isSent[kind] || wantedKinds(wanted).includes(kind));
}

/** The marks of a user whose addresses of these kinds another user vouches for. What the person proved before stays proved. */
export function vouchedFor(user: Marks & Vouched & Pick<User, 'email' | 'mobile'>, kinds: readonly AddressKind[]): Marks & Vouched {
  const isNew = {
    email: kinds.includes('email') && user.email !== '' && !user.isEmailVerified,
    mobile: kinds.includes('mobile') && user.mobile !== undefined && !user.isMobileVerified,
  };
  return {
    isEmailVerified: user.isEmailVerified || isNew.email,
    isMobileVerified: user.isMobileVerified || isNew.mobile,
    isEmailVouched: isNew.email || user.isEmailVouched,
    isMobileVouched: isNew.mobile || user.isMobileVouched,
  };
}
