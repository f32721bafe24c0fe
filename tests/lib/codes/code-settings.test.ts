import { describe, expect, it } from 'vitest';
import { madeSettings } from '../made-settings.ts';

const errorsOf = (more: Record<string, string>) => {
  try {
    madeSettings(more);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('settings of codes', () => {
  it.each([
    [{ CODE_FIXED: '000000', STAGE: 'dev' }, 'CODE_FIXED has to be empty on a deployed stage'],
    [{ CODE_FIXED: '000000', STAGE: 'prod' }, 'CODE_FIXED has to be empty on a deployed stage'],
    [{ CODE_FIXED: '0000' }, 'CODE_FIXED is "0000", but has to be empty, or six digits'],
    [{ CODE_LIFETIME: '11m' }, 'CODE_LIFETIME has to be'],
    [{ CODE_TRIES: '11' }, 'CODE_TRIES is'],
    [{ CODE_TRIES: '5/1h' }, 'CODE_TRIES is "5/1h", but has to be a whole number from 1 to 10'],
    [{ CODE_DAILY_BUDGET: '1000' }, 'CODE_DAILY_BUDGET is no longer a setting: set CODE_EMAIL_BUDGET and CODE_SMS_BUDGET'],
    [{ CODE_RATE_TARGET: 'off', STAGE: 'dev' }, 'CODE_RATE_TARGET cannot be off on a deployed stage'],
    [{ CODE_RESEND_AFTER: '1h' }, 'CODE_RESEND_AFTER has to be'],
    [{ CODE_RATE_TARGET: '5/1h,often' }, 'CODE_RATE_TARGET is'],
    [{ CODE_COUNTRIES: 'China' }, 'CODE_COUNTRIES is'],
    [{ RESET_LIFETIME: '2d' }, 'RESET_LIFETIME has to be'],
    [{ CHANGE_UNDO_LIFETIME: '30d' }, 'CHANGE_UNDO_LIFETIME has to be'],
  ])('%o is refused', (more, message) => {
    expect(errorsOf(more)).toContain(message);
  });

  it('are parsed', () => {
    const settings = madeSettings({
      CODE_FIXED: '000000',
      CODE_COUNTRIES: 'CN, DE',
      CODE_RATE_TARGET: '5/1h, 10/1d',
      CODE_RATE_PREFIX: 'off',
    });
    expect(settings).toMatchObject({
      CODE_FIXED: '000000',
      CODE_COUNTRIES: ['CN', 'DE'],
      CODE_RATE_TARGET: [
        { max: 5, windowSeconds: 3600 },
        { max: 10, windowSeconds: 86_400 },
      ],
      CODE_RATE_PREFIX: [],
    });
  });
});
