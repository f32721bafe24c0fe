import type { Settings } from '#lib/settings/catalogue.ts';

/** The settings that say whether HS tokens of our own are taken; absent, none are. */
export type SecretsTaken = Partial<Pick<Settings, 'ALGORITHM' | 'HONOUR_HS_TOKENS'>>;

/** Whether functions that verify have to know secrets. Where not, they may not even read where secrets would be (plugins/secret-grants.ts). */
export function takesSecrets({ ALGORITHM = 'ES256', HONOUR_HS_TOKENS = false }: SecretsTaken): boolean {
  return ALGORITHM.startsWith('HS') || HONOUR_HS_TOKENS;
}

/** What to do where the key that signs is a secret that nobody who verifies may read. */
export const secretsNotTaken = 'signing-key is a secret: set HONOUR_HS_TOKENS to true until the last of its tokens is dead (docs/keys.md)';
