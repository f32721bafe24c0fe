import type { Settings } from '#lib/settings/catalogue.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';

/** How long each part of a key's life lasts, in seconds. */
export type RotationRules = {
  /** How long a key is published before it signs. */
  readonly propagationSeconds: number;
  /** How long a key stays published after it was retired. */
  readonly retiredSeconds: number;
  /** How long a key is published until the next one is made; 0: for ever. */
  readonly everySeconds: number;
};

/**
 * The rules of this stage. A retired key still signs wherever an instance has not read the new one yet, and those are as long behind
 * as verifiers are; what it signed last lives as long as any token, and a little longer where clocks may differ.
 */
export function rotationRules(settings: Settings): RotationRules {
  const { longestSeconds, leewaySeconds } = tokenRules(settings);
  return {
    propagationSeconds: settings.KEY_PROPAGATION,
    retiredSeconds: settings.KEY_PROPAGATION + longestSeconds + leewaySeconds,
    everySeconds: settings.KEY_ROTATION,
  };
}
