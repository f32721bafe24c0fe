import type { Settings } from '#lib/settings/catalogue.ts';

/** The settings of checking codes, in the form that `Needs` want. */
export function checkingRules(settings: Settings) {
  return { stage: settings.STAGE, codeTries: settings.CODE_TRIES, fixedCode: settings.CODE_FIXED };
}

/** The settings of sending and trying codes, in the form that `Needs` want. */
export function codeRules(settings: Settings) {
  return {
    ...checkingRules(settings),
    rates: {
      target: settings.CODE_RATE_TARGET,
      address: settings.CODE_RATE_ADDRESS,
      prefix: settings.CODE_RATE_PREFIX,
      budgets: { email: settings.CODE_EMAIL_BUDGET, sms: settings.CODE_SMS_BUDGET },
    },
    codeLifetimes: {
      digitsSeconds: settings.CODE_LIFETIME,
      linkSeconds: settings.RESET_LIFETIME,
      gapSeconds: settings.CODE_RESEND_AFTER,
    },
    region: settings.DEFAULT_REGION,
    countries: settings.CODE_COUNTRIES,
    hasResetPage: settings.PASSWORD_RESET_URL !== '',
  };
}
