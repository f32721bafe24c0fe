import type { Rate } from '#lib/rate.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { addressLimits } from '#lib/throttle/address-limits.ts';
import { everybody, type Limit } from '#lib/throttle/throttle.ts';

/** When a route asks for a human check. Except with `off`, it also asks instead of refusing at a limit that is used up. */
export type HumanRule = 'off' | 'when-full' | 'when-pressed' | 'always';

/** How many challenges can be requested, for an address and in all. */
export type ChallengeLimits = { readonly address: Rate; readonly global: Rate };

/** The settings that hold a rule, each for one or several routes. */
export type HumanSetting = 'HUMAN_CHECK_REGISTER' | 'HUMAN_CHECK_LOGIN' | 'HUMAN_CHECK_CODES';

/** The settings of the human check of a route, in the form that `Needs` want. */
export function humanRules(settings: Settings, rule: HumanSetting) {
  return {
    rule: settings[rule] satisfies HumanRule,
    percent: settings.HUMAN_CHECK_PRESSURE,
    places: { captcha: `${settings.API_PREFIX}/captcha/{uuid}`, challenge: `${settings.API_PREFIX}/challenge/` },
    challengeLimits: challengeLimits(settings),
  };
}

/** How many times a route's limits are allowed before a request is refused: with a human check, more than once. */
export function ceilingOf(settings: Settings, rule: HumanSetting): number {
  return settings[rule] === 'off' ? 1 : settings.HUMAN_CHECK_CEILING;
}

/** The settings of pictures. */
export function captchaRules(settings: Settings) {
  return {
    limits: { address: settings.CAPTCHA_RATE_ADDRESS, global: settings.CAPTCHA_RATE_GLOBAL },
    lifetimeSeconds: settings.CAPTCHA_LIFETIME,
  };
}

/** The settings of challenges. */
export function challengeRules(settings: Settings) {
  return {
    limits: challengeLimits(settings),
    leastMaxNumber: settings.CHALLENGE_MAXNUMBER,
    lifetimeSeconds: settings.CHALLENGE_LIFETIME,
  };
}

function challengeLimits(settings: Settings): ChallengeLimits {
  return { address: settings.CHALLENGE_RATE_ADDRESS, global: settings.CHALLENGE_RATE_GLOBAL };
}

/** The limits of challenges; a failed check counts against them too. */
export function limitsOfChallenges({ address, global }: ChallengeLimits, from: string): Limit[] {
  return [...addressLimits('challenge-address', address, from), { name: 'challenge-global', rate: global, subject: everybody }];
}
