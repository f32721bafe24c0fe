import { array, object, optional, string } from 'valibot';
import type { ClaimNameSettings } from '#lib/claim-names.ts';
import type { PublicKeys } from '#lib/keys/key-set.ts';
import { Problem } from '#lib/problem.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { audiences, claimNames, claimsWritten } from './wire-claims.ts';

/**
 * What a program that verifies our tokens can find out by itself (OpenID Connect Discovery 1.0 §3, RFC 8414 §2). Gatehouse is
 * not an OpenID provider: it issues no ID token and has no authorization endpoint. A list without elements is left out
 * (Discovery §4.2), and so are endpoints that do not speak OAuth (`/token/`, `/logout/`, `/token/blacklist/`).
 */
export const discoveryView = object({
  issuer: string(),
  jwks_uri: string(),
  userinfo_endpoint: string(),
  subject_types_supported: array(string()),
  id_token_signing_alg_values_supported: optional(array(string())),
  claims_supported: array(string()),
});

type Place = Pick<Settings, 'ISSUER' | 'AUDIENCE' | 'PUBLIC_URL' | 'API_PREFIX'> & ClaimNameSettings;

/**
 * The document of an API that is called at `origin`; `custom` are the claims of the project's hooks. The algorithms are those of
 * the published keys. Throws `not_found` if the stage names no `ISSUER`: the document's issuer must be the `iss` of the tokens
 * (Discovery §4.3), and those tokens have none.
 */
export function discovery(settings: Place, origin: string, { keys }: PublicKeys, custom: readonly string[] = []) {
  const { ISSUER, AUDIENCE, PUBLIC_URL, API_PREFIX } = settings;
  if (!ISSUER) throw new Problem('not_found', { reason: 'ISSUER is empty' });
  const base = `${PUBLIC_URL || origin}${API_PREFIX}`;
  const algorithms = [...new Set(keys.map(({ alg }) => alg))];
  return {
    issuer: ISSUER,
    jwks_uri: `${base}/.well-known/jwks.json`,
    userinfo_endpoint: `${base}/userInfo/`,
    subject_types_supported: ['public'],
    ...(algorithms.length > 0 && { id_token_signing_alg_values_supported: algorithms }),
    claims_supported: ['iss', ...(audiences(AUDIENCE).length > 0 ? ['aud'] : []), ...claimsWritten(claimNames(settings)), ...custom],
  };
}
