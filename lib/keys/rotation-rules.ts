import type { Settings } from '#lib/settings/catalogue.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';

/** How long each part of a key's life lasts, in seconds. */
export type RotationRules = {
  /** How long a key is published before it signs. */
  readonly propagationSeconds: number;
  /** How long a key stays published after it is retired. */
  readonly retiredSeconds: number;
  /** How long a key is published before the next one is made; 0: for ever. */
  readonly everySeconds: number;
};

/**
 * The rotation rules of this stage. Instances that have not read the new key yet still sign with the retired one, for
 * up to `KEY_PROPAGATION`. The tokens they sign last live as long as any token, plus the leeway.
 */
export function rotationRules(settings: Settings): RotationRules {
  const { longestSeconds, leewaySeconds } = tokenRules(settings);
  return {
    propagationSeconds: settings.KEY_PROPAGATION,
    retiredSeconds: settings.KEY_PROPAGATION + longestSeconds + leewaySeconds,
    everySeconds: settings.KEY_ROTATION,
  };
}
