import { calculateJwkThumbprint } from 'jose';
import { publicKeyIn } from '#lib/public-key.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { algorithmOf } from './algorithm-of.ts';
import { importKey } from './import-keys.ts';
import { KeyError } from './key-error.ts';
import type { PublicJwk, VerificationKey } from './key-set.ts';
import { keysByUrl } from './keys-by-url.ts';

/**
 * A key of somebody else whose tokens are taken. `isPredecessor`: of the Django project that came before, whose refresh tokens can be
 * traded in as well; those of any other issuer are refreshed where they come from.
 */
export type ForeignKey = VerificationKey & { readonly isPredecessor: boolean };

/** The keys that a token with such a header could be of, though it is none of ours. */
export type ForeignKeys = (header: { readonly kid?: string | undefined; readonly alg: string }) => Promise<readonly ForeignKey[]>;

type Sources = {
  /** What a Django project signed with; its tokens name no key. */
  readonly djangoKey?: (() => Promise<VerificationKey | undefined>) | undefined;
  /** The key of that name at JWK_URL. */
  readonly urlKey?: ((kid: string) => Promise<VerificationKey | undefined>) | undefined;
};

/**
 * Everybody else's keys on this stage. A token that names a key is only ever tried with the key of that name, one that names none with
 * Django's and with VERIFYING_KEY; each with the one algorithm its key stands for.
 */
export function foreignKeys(
  settings: Pick<Settings, 'VERIFYING_KEY' | 'ALGORITHM' | 'JWK_URL' | 'KEY_CACHE'>,
  { djangoKey, urlKey = keysByUrl(settings) }: Sources,
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

/** A public key in PEM or JWK, under its own name or, where it has none, its thumbprint. Throws KeyError. */
async function importVerifyingKey(text: string, algorithm: string): Promise<VerificationKey> {
  const jwk = publicKeyIn(text);
  if (!jwk) throw new KeyError('VERIFYING_KEY is no public key');
  const alg = jwk.alg ?? algorithmOf(jwk, algorithm);
  const kid = jwk.kid ?? (await calculateJwkThumbprint(jwk as PublicJwk));
  return await importKey({ ...jwk, kid, alg } as PublicJwk, 'VERIFYING_KEY');
}
