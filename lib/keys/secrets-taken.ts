import type { Settings } from '#lib/settings/catalogue.ts';

/** The settings that say whether our own HS tokens are accepted; if they are absent, none is. */
export type SecretsTaken = Partial<Pick<Settings, 'ALGORITHM' | 'HONOUR_HS_TOKENS'>>;

/** Whether functions that verify need secrets. If not, they may not read them (plugins/secret-grants.ts). */
export function takesSecrets({ ALGORITHM = 'ES256', HONOUR_HS_TOKENS = false }: SecretsTaken): boolean {
  return ALGORITHM.startsWith('HS') || HONOUR_HS_TOKENS;
}

/** What to do if the signing key is a secret but functions that verify may not read secrets. */
export const secretsNotTaken = 'signing-key is a secret: set HONOUR_HS_TOKENS to true until the last of its tokens is dead (docs/keys.md)';
