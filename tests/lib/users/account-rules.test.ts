import { expect, test } from 'vitest';
import { loginRules, registrationRules } from '#lib/users/account-rules.ts';
import { madeSettings } from '../made-settings.ts';

test('reserved usernames are read without white space, in lower case', () => {
  const { reservedUsernames } = registrationRules(madeSettings({ RESERVED_USERNAMES: ' Admin, ROOT ,me' }));
  expect([...reservedUsernames]).toEqual(['admin', 'root', 'me']);
});

test('the usual settings reserve who runs the service', () => {
  for (const name of ['admin', 'root', 'system', 'me']) expect(registrationRules(madeSettings()).reservedUsernames.has(name)).toBe(true);
});

test('limits, cost and region are the settings’', () => {
  const settings = madeSettings({
    LOGIN_RATE_ACCOUNT: '7/1m',
    BCRYPT_ROUNDS: '5',
    DEFAULT_REGION: 'DE',
    UPDATE_LAST_LOGIN: 'true',
    PASSWORD_MIN_LENGTH: '12',
  });
  expect(loginRules(settings, {})).toMatchObject({
    limits: { account: { max: 7, windowSeconds: 60 } },
    rounds: 5,
    region: 'DE',
    isLastLoginKept: true,
  });
  expect(registrationRules(settings)).toMatchObject({ rounds: 5, region: 'DE', passwordMinLength: 12 });
});
