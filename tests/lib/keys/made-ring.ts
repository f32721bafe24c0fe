import type { KeyRing, PublishedKey } from '#lib/keys/key-ring.ts';
import type { PublicJwk } from '#lib/keys/key-set.ts';

export const hour = 3600;
export const day = 24 * hour;
/** The rotation rules of a stage without settings. */
export const rules = { propagationSeconds: hour, retiredSeconds: 30 * day + hour, everySeconds: 90 * day };

/** A key of that name that cannot sign: plans use names and dates only. */
export const jwk = (kid: string): PublicJwk => ({ kty: 'EC', kid, alg: 'ES256' });
export const key = (kid: string, dates: Partial<PublishedKey> = {}): PublishedKey => ({ ...jwk(kid), ...dates });
export const at = (seconds: number) => new Date(seconds * 1000);

/** A ring of these published keys; `a` signs, and a next key may be named. */
export function ring(published: readonly PublishedKey[], next?: string, current = 'a'): KeyRing {
  return { current: jwk(current), ...(next && { next: jwk(next) }), published };
}
