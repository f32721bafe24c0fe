import { createPublicKey, type JsonWebKey } from 'node:crypto';

/** A public key as JWK, with whatever `kid` and `alg` it came with. */
export type PlainJwk = JsonWebKey & { readonly kid?: string; readonly alg?: string };

const algorithms: Readonly<Record<string, string>> = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512', Ed25519: 'EdDSA' };

/**
 * The public key in a PEM (SPKI, PKCS #1 or a certificate; `\n` may be written out) or a JWK; undefined where it is none, or private, or
 * too weak: RSA under 2048 bits (RFC 7518 §3.3), a curve that no algorithm here has; or where it says an `alg` that is not of its kind.
 */
export function publicKeyIn(text: string): PlainJwk | undefined {
  const plain = text.trim().replaceAll('\\n', '\n');
  try {
    const given = plain.startsWith('{') ? (JSON.parse(plain) as PlainJwk) : undefined;
    if (given ? given.d !== undefined || given.k !== undefined : !/^-----BEGIN (RSA PUBLIC KEY|PUBLIC KEY|CERTIFICATE)-----/.test(plain))
      return undefined;
    const { asymmetricKeyDetails, ...key } = described(given, plain);
    const isRsa = key.jwk.kty === 'RSA';
    const own = algorithms[String(key.jwk.crv)];
    const isStrong = isRsa ? (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048 : own !== undefined;
    const isFitting = given?.alg === undefined || (isRsa ? /^[RP]S(256|384|512)$/.test(given.alg) : given.alg === own);
    if (!isStrong || !isFitting) return undefined;
    return { ...key.jwk, ...(given?.kid && { kid: given.kid }), ...(given?.alg && { alg: given.alg }) };
  } catch {
    return undefined;
  }
}

function described(given: PlainJwk | undefined, plain: string) {
  const key = given ? createPublicKey({ key: given, format: 'jwk' }) : createPublicKey(plain);
  return { jwk: key.export({ format: 'jwk' }), asymmetricKeyDetails: key.asymmetricKeyDetails };
}
