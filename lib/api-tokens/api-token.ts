import { epochSeconds } from '#lib/duration.ts';

/**
 * A token that programs use instead of a sign-in: opaque, stored as its hash, valid until it expires or is revoked.
 * Instants in seconds since 1970.
 */
export type ApiToken = {
  readonly userId: string;
  /** 32 hex digits; the first two are its place. A user has a limited number of places, each for at most one token. */
  readonly id: string;
  /** The SHA-256 of its text. */
  readonly hash: string;
  /** The name that its user gave it; may be empty. */
  readonly name: string;
  /** The user's token epoch when it was made. */
  readonly epoch: number;
  readonly createdAt: number;
  /** Undefined if it does not expire. */
  readonly expiresAt?: number | undefined;
  readonly lastUsedAt?: number | undefined;
};

/** The place of a token: the first two hex digits of its id. */
export function placeOf({ id }: Pick<ApiToken, 'id'>): string {
  return id.slice(0, 2);
}

/** The place with a number from 0 to 255. */
export function placeNamed(number: number): string {
  return number.toString(16).padStart(2, '0');
}

/** Whether a token has expired. */
export function isExpired({ expiresAt }: Pick<ApiToken, 'expiresAt'>, now: Date): boolean {
  return expiresAt !== undefined && expiresAt <= epochSeconds(now);
}

/** Whether a user of this token epoch can still use the token. */
export function isAlive(token: Pick<ApiToken, 'epoch' | 'expiresAt'>, userEpoch: number, now: Date): boolean {
  return token.epoch === userEpoch && !isExpired(token, now);
}

/** The precision of `last_used_at`, in seconds: one write an hour and not one a request. */
const notedEverySeconds = 3600;

/** Whether a use now is worth a write of `last_used_at`. */
export function isUseWorthNoting({ lastUsedAt }: Pick<ApiToken, 'lastUsedAt'>, now: Date): boolean {
  return lastUsedAt === undefined || epochSeconds(now) - lastUsedAt >= notedEverySeconds;
}
