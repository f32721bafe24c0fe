import { createPublicKey, type JsonWebKey } from 'node:crypto';

/** A public key as a JWK, with the `kid` and `alg` it came with. */
export type PlainJwk = JsonWebKey & { readonly kid?: string; readonly alg?: string };

const algorithms: Readonly<Record<string, string>> = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512', Ed25519: 'EdDSA' };

/**
 * The public key in a JWK or a PEM (SPKI, PKCS #1 or a certificate; `\n` may be written as two characters). Undefined
 * if the text is no key or a private one, if the key is weak or unsupported (RSA under 2048 bits, RFC 7518 §3.3; any
 * curve not listed above), or if its `alg` does not fit the key.
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
