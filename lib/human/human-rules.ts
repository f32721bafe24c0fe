import type { Rate } from '#lib/rate.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { everybody, type Limit } from '#lib/throttle/throttle.ts';

/** When a route asks for a human check. */
export type HumanRule = 'off' | 'always' | 'when-pressed';

/** How many challenges there are to be had. */
export type ChallengeLimits = { readonly address: Rate; readonly global: Rate };

/** The settings that hold the rules: each is for a route or several alike. */
export type HumanSetting = 'HUMAN_CHECK_REGISTER' | 'HUMAN_CHECK_LOGIN' | 'HUMAN_CHECK_CODES';

/** What the settings say about the human check of a route. */
export function humanRules(settings: Settings, rule: HumanSetting) {
  return {
    rule: settings[rule] satisfies HumanRule,
    percent: settings.HUMAN_CHECK_PRESSURE,
    places: { captcha: `${settings.API_PREFIX}/captcha/{uuid}`, challenge: `${settings.API_PREFIX}/challenge/` },
    challengeLimits: challengeLimits(settings),
  };
}

/** What they say about pictures. */
export function captchaRules(settings: Settings) {
  return {
    limits: { address: settings.CAPTCHA_RATE_ADDRESS, global: settings.CAPTCHA_RATE_GLOBAL },
    lifetimeSeconds: settings.CAPTCHA_LIFETIME,
  };
}

/** What they say about challenges. */
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

/** The limits that a challenge counts against, and a failed check too. */
export function limitsOfChallenges({ address, global }: ChallengeLimits, from: string): Limit[] {
  return [
    { name: 'challenge-address', rate: address, subject: from },
    { name: 'challenge-global', rate: global, subject: everybody },
  ];
}
