import { type GenericSchema, object } from 'valibot';
import { jsonBound } from '#lib/hooks/json-bound.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { longestAbilities } from '#lib/users/abilities.ts';
import { longestRoles } from '#lib/users/role.ts';
import { type ClaimNames, type Claims, headerTypes } from './token.ts';
import { tokenLimits } from './token-limits.ts';
import { audiences, claimNames, toPayload } from './wire-claims.ts';

type Given = Pick<Settings, 'ISSUER' | 'AUDIENCE' | 'ALGORITHM' | 'REVOCATION_CHECK'> & Parameters<typeof claimNames>[0];

/** Bytes of a signature (RFC 7518 §3, RFC 8037 §3.1). RSA keys in use have at most 4096 bits, ours have 3072. */
const signatureBytes: Readonly<Record<string, number>> = { ES256: 64, ES384: 96, ES512: 132, EdDSA: 64, HS256: 32, HS384: 48, HS512: 64 };
const longestSignature = 512;

/** The longest values of claims: an id of 128 plain characters, and numbers up to the largest safe integer. */
const longestShared = {
  exp: Number.MAX_SAFE_INTEGER,
  iat: Number.MAX_SAFE_INTEGER,
  jti: 'x'.repeat(32),
  user_id: 'x'.repeat(128),
  sid: 'x'.repeat(32),
  epoch: Number.MAX_SAFE_INTEGER,
} as const;
/** An access token has no claim that these lack. Which of the two is longer depends on the name of `refresh_exp`. */
const longestClaims: readonly Claims[] = [
  { token_type: 'refresh', ...longestShared, generation: Number.MAX_SAFE_INTEGER },
  { token_type: 'sliding', ...longestShared, refresh_exp: Number.MAX_SAFE_INTEGER },
];
/** A username has up to 32 characters of any script; an e-mail address up to 254, none of which JSON escapes. */
const longestName = { id: '', username: '\u{10400}'.repeat(32), email: 'x'.repeat(254) } as const satisfies Record<
  ClaimNames['userField'],
  string
>;

/**
 * The longest token that a stage can make, and its payload, in characters; `custom` is the schema of the project's own
 * claims. While ALGORITHM changes, the previous key still signs for a while; `tokenLimits` holds for its tokens too.
 */
export function longestToken(settings: Given, custom: GenericSchema = object({})): { whole: number; payload: number } {
  const names = claimNames(settings);
  const aud = audiences(settings.AUDIENCE);
  const place = { ...(aud.length > 0 && { aud }), ...(settings.ISSUER && { iss: settings.ISSUER }) };
  const known_as = longestName[names.userField];
  const roles = ['x'.repeat(longestRoles - '[""]'.length)];
  const ability = longestAbilities();
  const ours = longestClaims.map((claims) =>
    Buffer.byteLength(JSON.stringify({ ...toPayload({ ...claims, known_as, roles, ability }, names), ...place })),
  );
  const header = Math.max(...Object.values(headerTypes).map((typ) => headerBytes(settings.ALGORITHM, typ)));
  const payload = encoded(Math.max(...ours) + jsonBound(custom, 'CLAIMS'));
  return { payload, whole: encoded(header) + 1 + payload + 1 + encoded(signatureBytes[settings.ALGORITHM] ?? longestSignature) };
}

/** A `kid` has 43 characters (a thumbprint, RFC 7638), for a secret 32; a given key's `kid` is not longer. */
const headerBytes = (alg: string, typ: string) =>
  Buffer.byteLength(JSON.stringify({ alg, typ, kid: 'x'.repeat(alg.startsWith('HS') ? 32 : 43) }));

/** The length of bytes in base64url without padding. */
const encoded = (bytes: number) => Math.ceil((bytes * 4) / 3);

/** The errors in the length of tokens; empty if the longest token fits. */
export function sizeErrors(settings: Given & Pick<Settings, 'TOKEN_MAX_BYTES'>, custom?: GenericSchema): string[] {
  const { whole, payload } = longestToken(settings, custom);
  const cure = 'give CLAIMS smaller bounds or fewer fields';
  if (whole > settings.TOKEN_MAX_BYTES)
    return [
      `TOKEN_MAX_BYTES is ${settings.TOKEN_MAX_BYTES}, but the longest token takes ${whole} bytes: ${cure}, or raise TOKEN_MAX_BYTES`,
    ];
  if (payload > tokenLimits.payload) return [`the claims of the longest token take ${payload} bytes of ${tokenLimits.payload}: ${cure}`];
  return [];
}
