import type { Settings } from '#lib/settings/catalogue.ts';

/** The settings of sending and trying codes, in the form that `Needs` want. */
export function codeRules(settings: Settings) {
  return {
    stage: settings.STAGE,
    rates: {
      target: settings.CODE_RATE_TARGET,
      address: settings.CODE_RATE_ADDRESS,
      prefix: settings.CODE_RATE_PREFIX,
      dailyBudget: settings.CODE_DAILY_BUDGET,
    },
    codeLifetimes: {
      digitsSeconds: settings.CODE_LIFETIME,
      linkSeconds: settings.RESET_LIFETIME,
      gapSeconds: settings.CODE_RESEND_AFTER,
    },
    region: settings.DEFAULT_REGION,
    countries: settings.CODE_COUNTRIES,
    codeTries: settings.CODE_TRIES,
    fixedCode: settings.CODE_FIXED,
    hasResetPage: settings.PASSWORD_RESET_URL !== '',
  };
}
