import type { Settings } from '#lib/settings.ts';
import type { TokenRules } from './token.ts';

type Given = Pick<Settings, 'ISSUER' | 'AUDIENCE' | 'LEEWAY' | 'REMEMBERED_TOKEN_LIFETIME'>;

/** The rules tokens are made and judged by on this stage. */
export function tokenRules(settings: Given): TokenRules {
  return {
    issuer: settings.ISSUER,
    audience: settings.AUDIENCE,
    leewaySeconds: settings.LEEWAY,
    longestSeconds: settings.REMEMBERED_TOKEN_LIFETIME,
  };
}
