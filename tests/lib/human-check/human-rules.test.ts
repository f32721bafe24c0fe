import { describe, expect, test } from 'vitest';
import { captchaRules, challengeRules, humanRules } from '#lib/human-check/human-rules.ts';
import { madeSettings } from '../made-settings.ts';

describe('the settings of human checks', () => {
  test('ask for codes always, and for registrations and sign-ins instead of refusing them, by default', () => {
    const settings = madeSettings();
    const rules = (['HUMAN_CHECK_REGISTER', 'HUMAN_CHECK_LOGIN', 'HUMAN_CHECK_CODES'] as const).map(
      (name) => humanRules(settings, name).rule,
    );
    expect(rules).toEqual(['when-full', 'when-full', 'always']);
  });

  test('have a rule for each route, and one percentage for all', () => {
    const settings = madeSettings({ HUMAN_CHECK_LOGIN: 'when-pressed', HUMAN_CHECK_CODES: 'off', HUMAN_CHECK_PRESSURE: '55' });
    expect(humanRules(settings, 'HUMAN_CHECK_LOGIN')).toMatchObject({ rule: 'when-pressed', percent: 55 });
    expect(humanRules(settings, 'HUMAN_CHECK_CODES')).toMatchObject({ rule: 'off', percent: 55 });
  });

  test('have the paths of pictures and challenges with the stage’s prefix', () => {
    const { places } = humanRules(madeSettings({ API_PREFIX: '/drfdemo' }), 'HUMAN_CHECK_LOGIN');
    expect(places).toEqual({ captcha: '/drfdemo/captcha/{uuid}', challenge: '/drfdemo/challenge/' });
  });

  test('set how often, for how long and how hard', () => {
    const settings = madeSettings({
      CAPTCHA_LIFETIME: '60s',
      CAPTCHA_RATE_ADDRESS: '3/1m',
      CAPTCHA_RATE_GLOBAL: '4/1m',
      CHALLENGE_LIFETIME: '5m',
      CHALLENGE_MAXNUMBER: '2000',
      CHALLENGE_RATE_ADDRESS: '5/1m',
      CHALLENGE_RATE_GLOBAL: '6/1m',
    });
    const per = (max: number) => ({ max, windowSeconds: 60 });
    const challengeLimits = { address: per(5), global: per(6) };
    expect(captchaRules(settings)).toEqual({ limits: { address: per(3), global: per(4) }, lifetimeSeconds: 60 });
    expect(challengeRules(settings)).toEqual({ limits: challengeLimits, leastMaxNumber: 2000, lifetimeSeconds: 300 });
    expect(humanRules(settings, 'HUMAN_CHECK_LOGIN').challengeLimits).toEqual(challengeLimits);
  });
});
