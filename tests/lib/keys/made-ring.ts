import type { KeyRing, PublishedKey } from '#lib/keys/key-ring.ts';
import type { PublicJwk } from '#lib/keys/key-set.ts';

export const hour = 3600;
export const day = 24 * hour;
/** As a stage has them that sets nothing. */
export const rules = { propagationSeconds: hour, retiredSeconds: 30 * day + hour, everySeconds: 90 * day };

/** A key of that name that nobody could sign with: plans look at names and dates alone. */
export const jwk = (kid: string): PublicJwk => ({ kty: 'EC', kid, alg: 'ES256' });
export const key = (kid: string, dates: Partial<PublishedKey> = {}): PublishedKey => ({ ...jwk(kid), ...dates });
export const at = (seconds: number) => new Date(seconds * 1000);

/** A ring with these published, `a` signing and, where it is named, another one next. */
export function ring(published: readonly PublishedKey[], next?: string, current = 'a'): KeyRing {
  return { current: jwk(current), ...(next && { next: jwk(next) }), published };
}
