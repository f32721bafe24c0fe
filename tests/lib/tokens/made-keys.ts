import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { importKeySet, importSigningKey } from '#lib/keys/import-keys.ts';
import type { KeySet, PublicJwk, SigningKey } from '#lib/keys/key-set.ts';
import { newSigningKey, verifyingHalf } from '#lib/keys/new-key.ts';

export type Keys = { readonly signing: SigningKey; readonly set: KeySet; readonly published: PublicJwk; readonly secret: string };

/** A key pair of a stage: the stored texts, and the imported keys. */
export async function madeKeys(alg = 'ES256'): Promise<Keys> {
  if (alg.startsWith('HS')) return await keysOf(await newSigningKey(alg));
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  const published = { ...jwk, kid, alg } as PublicJwk;
  const secret = JSON.stringify({ ...(await exportJWK(privateKey)), kid, alg });
  return { signing: await importSigningKey(secret), set: await importKeySet({ keys: [published] }), published, secret };
}

/** The same of one secret. */
async function keysOf(secret: string): Promise<Keys> {
  const published = verifyingHalf(JSON.parse(secret)) as PublicJwk;
  return { signing: await importSigningKey(secret), set: await importKeySet({ keys: [published] }), published, secret };
}
