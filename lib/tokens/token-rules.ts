import type { ClaimNameSettings } from '#lib/claim-names.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { TokenRules } from './token.ts';
import { claimNames } from './wire-claims.ts';

type Given = Pick<Settings, 'ISSUER' | 'AUDIENCE' | 'LEEWAY' | 'REVOCATION_CHECK'> &
  Pick<Settings, 'ACCESS_TOKEN_LIFETIME' | 'REMEMBERED_TOKEN_LIFETIME' | 'SLIDING_TOKEN_LIFETIME'> &
  Pick<Settings, 'CHECK_REVOKE_TOKEN' | 'CHECK_USER_IS_ACTIVE' | 'BLACKLIST_AFTER_ROTATION'> &
  ClaimNameSettings;

/** The rules by which this stage makes and checks tokens. */
export function tokenRules(settings: Given): TokenRules {
  return {
    issuer: settings.ISSUER,
    audience: settings.AUDIENCE,
    leewaySeconds: settings.LEEWAY,
    longestSeconds: settings.REMEMBERED_TOKEN_LIFETIME,
    longestOf: {
      access: settings.ACCESS_TOKEN_LIFETIME,
      refresh: settings.REMEMBERED_TOKEN_LIFETIME,
      sliding: settings.SLIDING_TOKEN_LIFETIME,
    },
    names: claimNames(settings),
    checks: {
      epoch: settings.CHECK_REVOKE_TOKEN,
      active: settings.CHECK_USER_IS_ACTIVE,
      spent: settings.BLACKLIST_AFTER_ROTATION,
    },
  };
}
