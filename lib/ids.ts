import { randomBytes } from 'node:crypto';

/** A random id of 32 hex digits (128 bits), the shape simplejwt gives a `jti`. */
export function randomId(): string {
  return randomBytes(16).toString('hex');
}

/** 128 random bits in base64url, which the code or the link of a message is derived from. */
export function randomRef(): string {
  return randomBytes(16).toString('base64url');
}

/** A UUIDv7 (RFC 9562 §5.7): it sorts by the moment it was made, and says no more than that. */
export function uuidv7(now: Date): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now.getTime(), 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
