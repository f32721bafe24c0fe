import { calculateJwkThumbprint } from 'jose';
import { publicKeyIn } from '#lib/public-key.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { algorithmOf } from './algorithm-of.ts';
import { importKey } from './import-keys.ts';
import { KeyError } from './key-error.ts';
import type { PublicJwk, VerificationKey } from './key-set.ts';
import { keysByUrl } from './keys-by-url.ts';

/**
 * A key of another issuer whose tokens are accepted. `isPredecessor`: the former Django project's key, whose refresh
 * tokens can be traded in as well. Refresh tokens of other issuers are refreshed by their own issuer.
 */
export type ForeignKey = VerificationKey & { readonly isPredecessor: boolean };

/** The keys that may have signed a token with this header if it is not one of ours. */
export type ForeignKeys = (header: { readonly kid?: string | undefined; readonly alg: string }) => Promise<readonly ForeignKey[]>;

type Sources = {
  /** The key of a Django project; its tokens have no `kid`. */
  readonly djangoKey?: (() => Promise<VerificationKey | undefined>) | undefined;
  /** The key with that `kid` at JWK_URL. */
  readonly urlKey?: ((kid: string) => Promise<VerificationKey | undefined>) | undefined;
};

/**
 * All other issuers' keys on this stage. A token with a `kid` is tried only with the key of that name; a token without
 * one with Django's key and VERIFYING_KEY. Each key is used for one algorithm only.
 */
export function foreignKeys(
  settings: Pick<Settings, 'VERIFYING_KEY' | 'ALGORITHM' | 'JWK_URL' | 'KEY_CACHE'>,
  { djangoKey, urlKey = keysByUrl(settings, Date.now) }: Sources,
): ForeignKeys {
  const { VERIFYING_KEY, ALGORITHM } = settings;
  let verifyingKey: Promise<VerificationKey | undefined> | undefined;
  return async ({ kid, alg }) => {
    verifyingKey ??= VERIFYING_KEY ? importVerifyingKey(VERIFYING_KEY, ALGORITHM) : Promise.resolve(undefined);
    const known = await verifyingKey;
    const isNamed = kid !== undefined;
    const others = [isNamed && known?.kid !== kid ? await urlKey?.(kid) : known];
    const predecessors = isNamed ? [] : [await djangoKey?.()];
    return [marked(predecessors, true), marked(others, false)].flat().filter(({ algorithm }) => algorithm === alg);
  };
}

function marked(keys: readonly (VerificationKey | undefined)[], isPredecessor: boolean): ForeignKey[] {
  return keys.flatMap((key) => (key ? [{ ...key, isPredecessor }] : []));
}

/** A public key in PEM or JWK; without a `kid` it is named by its thumbprint. Throws KeyError. */
async function importVerifyingKey(text: string, algorithm: string): Promise<VerificationKey> {
  const jwk = publicKeyIn(text);
  if (!jwk) throw new KeyError('VERIFYING_KEY is no public key');
  const alg = jwk.alg ?? algorithmOf(jwk, algorithm);
  const kid = jwk.kid ?? (await calculateJwkThumbprint(jwk as PublicJwk));
  return await importKey({ ...jwk, kid, alg } as PublicJwk, 'VERIFYING_KEY');
}
