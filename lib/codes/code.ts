import type { Identifier } from '#lib/names/identifier.ts';

/** What a code is good for, and nothing else. */
export type CodePurpose = 'register' | 'login' | 'verify' | 'reset' | 'change';

/** What anybody may ask for a code for; those to prove or exchange one’s own addresses come from locked endpoints. */
export const openPurposes = ['register', 'login', 'reset'] as const;
export type OpenPurpose = (typeof openPurposes)[number];

export type CodeChannel = 'sms' | 'email';

/** An address that codes are sent to, normalised: whoever writes it otherwise means the same one. */
export type CodeTarget = { readonly kind: 'email' | 'mobile'; readonly value: string };

/** A code that was sent, without its digits: those are made of `ref` by whoever has the lookup secret. */
export type Code = {
  /** Of purpose and target, see `codeKey`. */
  readonly key: string;
  readonly ref: string;
  /** Who gets in with it; undefined where there was nobody, or is nobody yet. */
  readonly userId?: string | undefined;
  /** The token epoch of that user when it was sent. */
  readonly epoch?: number | undefined;
  /** Until when the digits are taken, in seconds since 1970. */
  readonly digitsUntil: number;
  /** Until when anything of it is taken: a link may live longer than the digits beside it. */
  readonly expiresAt: number;
  readonly isSpent: boolean;
};

/** A code that was shown to be known, and is to be spent in the write it is good for. `until` is the end of what was shown. */
export type Proof = {
  readonly key: string;
  readonly ref: string;
  readonly until: 'digits_until' | 'expires_at';
  readonly userId?: string | undefined;
  readonly epoch?: number | undefined;
};

/** The address as an identifier that somebody may sign in with. */
export const asIdentifier = ({ kind, value }: CodeTarget): Identifier => ({ kind, value });

export const channelOf = ({ kind }: CodeTarget): CodeChannel => (kind === 'email' ? 'email' : 'sms');
