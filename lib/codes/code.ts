import type { Identifier } from '#lib/names/identifier.ts';

/** The one use of a code. */
export type CodePurpose = 'register' | 'login' | 'verify' | 'reset' | 'change';

/** The purposes that anybody may ask a code for. Users ask for codes for their own addresses at locked endpoints. */
export const openPurposes = ['register', 'login', 'reset'] as const;
export type OpenPurpose = (typeof openPurposes)[number];

/** How a code is sent. */
export type CodeChannel = 'sms' | 'email';

/** A normalised address that codes are sent to: every spelling of the address gives the same target. */
export type CodeTarget = { readonly kind: 'email' | 'mobile'; readonly value: string };

/** A code that was sent, without its digits: they are computed from `ref` and the lookup secret. */
export type Code = {
  /** Made of purpose and target, see `digitsKey` and `codeKey`. */
  readonly key: string;
  readonly ref: string;
  /** The user it is for; undefined if there was no such user, or is none yet. */
  readonly userId?: string | undefined;
  /** The user's token epoch when it was sent. */
  readonly epoch?: number | undefined;
  /** Until when the digits are accepted, in seconds since 1970; 0 in the row of a link. */
  readonly digitsUntil: number;
  /** Until when the digits or the link are accepted, in seconds since 1970. */
  readonly expiresAt: number;
  readonly isSpent: boolean;
};

/**
 * A code that the caller has shown to know; the write that uses it spends it. `until` is the expiry of what was shown:
 * the digits or the link.
 */
export type CodeProof = {
  readonly key: string;
  readonly ref: string;
  readonly until: 'digits_until' | 'expires_at';
  readonly userId?: string | undefined;
  readonly epoch?: number | undefined;
};

/** The address as an identifier that a user may sign in with. */
export const asIdentifier = ({ kind, value }: CodeTarget): Identifier => ({ kind, value });

/** The channel that reaches a target. */
export const channelOf = ({ kind }: CodeTarget): CodeChannel => (kind === 'email' ? 'email' : 'sms');
