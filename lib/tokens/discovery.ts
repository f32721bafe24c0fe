import { array, object, string, tuple } from 'valibot';
import type { ClaimNameSettings } from '#lib/claim-names.ts';
import type { PublicKeys } from '#lib/keys/key-set.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { audiences, claimNames, claimsWritten } from './wire-claims.ts';

/**
 * What a program that reads our tokens can find out by itself (OpenID Connect Discovery 1.0 §3, RFC 8414 §2). Gatehouse is no
 * OpenID provider: it issues no ID token and has no authorization endpoint. So the lists that may not be left out are empty,
 * and what would be read into an absent one is said: no grant type, no secret. What works otherwise than the standards have
 * it (`/logout/`, `/token/blacklist/`) is not named.
 */
export const discoveryView = object({
  issuer: string(),
  jwks_uri: string(),
  token_endpoint: string(),
  userinfo_endpoint: string(),
  response_types_supported: tuple([]),
  grant_types_supported: tuple([]),
  subject_types_supported: array(string()),
  id_token_signing_alg_values_supported: array(string()),
  token_endpoint_auth_methods_supported: array(string()),
  claims_supported: array(string()),
});

type Place = Pick<Settings, 'ISSUER' | 'AUDIENCE' | 'PUBLIC_URL' | 'API_PREFIX'> & ClaimNameSettings;

/**
 * The document, of an API that is called at `origin`, whose tokens have these claims of a project's own. The algorithms are those of the
 * published keys, so nothing else verifies.
 */
export function discovery(settings: Place, origin: string, { keys }: PublicKeys, custom: readonly string[] = []) {
  const { ISSUER, AUDIENCE, PUBLIC_URL, API_PREFIX } = settings;
  const base = `${PUBLIC_URL || origin}${API_PREFIX}`;
  const claims = [...claimsWritten(claimNames(settings)), ...custom];
  return {
    issuer: ISSUER || base,
    jwks_uri: `${base}/.well-known/jwks.json`,
    token_endpoint: `${base}/token/`,
    userinfo_endpoint: `${base}/userInfo/`,
    response_types_supported: [] as [],
    grant_types_supported: [] as [],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [...new Set(keys.map(({ alg }) => alg))],
    token_endpoint_auth_methods_supported: ['none'],
    claims_supported: [...(ISSUER ? ['iss'] : []), ...(audiences(AUDIENCE).length > 0 ? ['aud'] : []), ...claims],
  };
}
