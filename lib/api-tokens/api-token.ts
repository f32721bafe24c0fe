import { epochSeconds } from '#lib/duration.ts';

/** What a program signs in with instead of a person: opaque, kept as its hash, good until it ends or is revoked. Instants in seconds since 1970. */
export type ApiToken = {
  readonly userId: string;
  /** 32 hex digits, of which the first two are its place: a user has so many, and a token lies in each at most. */
  readonly id: string;
  /** Of its text. */
  readonly hash: string;
  /** What its owner calls it; may be empty. */
  readonly name: string;
  /** The user's token epoch when it was made. */
  readonly epoch: number;
  readonly createdAt: number;
  /** Undefined where it has no end of its own. */
  readonly expiresAt?: number | undefined;
  readonly lastUsedAt?: number | undefined;
};

export function placeOf({ id }: Pick<ApiToken, 'id'>): string {
  return id.slice(0, 2);
}

/** The text of a place, from its number, which is at most 255. */
export function placeNamed(number: number): string {
  return number.toString(16).padStart(2, '0');
}

export function isExpired({ expiresAt }: Pick<ApiToken, 'expiresAt'>, now: Date): boolean {
  return expiresAt !== undefined && expiresAt <= epochSeconds(now);
}

/** Whether a token can still be used by somebody of this token epoch. */
export function isAlive(token: Pick<ApiToken, 'epoch' | 'expiresAt'>, userEpoch: number, now: Date): boolean {
  return token.epoch === userEpoch && !isExpired(token, now);
}

/** How exactly `last_used_at` is kept, in seconds: a write an hour, not one a request. */
const notedEverySeconds = 3600;

export function isUseWorthNoting({ lastUsedAt }: Pick<ApiToken, 'lastUsedAt'>, now: Date): boolean {
  return lastUsedAt === undefined || epochSeconds(now) - lastUsedAt >= notedEverySeconds;
}
