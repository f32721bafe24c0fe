import { CompactSign, type JWSHeaderParameters } from 'jose';
import type { SigningKey } from '#lib/keys/key-set.ts';
import type { Claims, TokenRules } from '#lib/tokens/token.ts';
import { usualNames } from '#lib/tokens/wire-claims.ts';

export const noonSeconds = 4_081_320_000;
/** The second in which the tests' tokens are made. */
export const noonOfTokens = new Date(noonSeconds * 1000);
export const rules: TokenRules = {
  issuer: '',
  audience: '',
  leewaySeconds: 0,
  longestSeconds: 30 * 86_400,
  longestOf: { access: 3600, refresh: 30 * 86_400, sliding: 86_400 },
  names: usualNames,
  checks: { epoch: true, active: true, spent: true },
};

/** The claims of a token made at noon for five minutes, with changes. */
export function madeClaims(given: Partial<Claims> = {}): Claims {
  const life = { exp: noonSeconds + 300, iat: noonSeconds };
  return { token_type: 'access', ...life, jti: 'token-1', user_id: 'user-1', sid: 'session-1', epoch: 0, ...given };
}

type Forged = { readonly header?: Record<string, unknown>; readonly payload?: unknown };

/** A token with any content, signed with our own key, as a bug of ours or a thief of the key could make it. */
export async function signed({ kid, algorithm, key }: SigningKey, { header = {}, payload = madeClaims() }: Forged = {}): Promise<string> {
  const bytes = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  const full = Object.fromEntries(
    Object.entries({ alg: algorithm, typ: 'at+jwt', kid, ...header }).filter(([, value]) => value !== undefined),
  );
  return await new CompactSign(bytes)
    .setProtectedHeader(full as JWSHeaderParameters as { alg: string })
    .sign(key, { crit: { exp: true, b64: true } });
}

export const base64url = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
