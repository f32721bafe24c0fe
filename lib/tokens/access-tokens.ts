import type { Scheme } from '#lib/http/scheme.ts';
import { foreignKeys } from '#lib/keys/foreign-keys.ts';
import type { KeySet, VerificationKey } from '#lib/keys/key-set.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { bearer } from './bearer.ts';
import type { StandingStore } from './standing-store.ts';
import { tokenRules } from './token-rules.ts';

type Sources = {
  readonly keySet: () => Promise<KeySet>;
  /** The key of a Django project; undefined if the stage accepts none of its tokens. */
  readonly djangoKey: (() => Promise<VerificationKey | undefined>) | undefined;
  readonly standing: StandingStore;
  readonly now: () => Date;
};

/**
 * The scheme of access tokens with the stage's settings: which token types and issuers it accepts, and whether each
 * token is looked up in the tables.
 */
export function accessTokens(settings: Settings, { keySet, djangoKey, standing, now }: Sources): Scheme {
  const needs = { keySet, foreignKeys: foreignKeys(settings, { djangoKey }), rules: tokenRules(settings), now };
  const looked = settings.REVOCATION_CHECK === 'lazy' ? undefined : standing;
  return bearer({ ...needs, standing: looked }, settings.AUTH_TOKEN_CLASSES);
}
