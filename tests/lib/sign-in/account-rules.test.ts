import { expect, test } from 'vitest';
import { registrationRules } from '#lib/sign-in/account-rules.ts';
import { basicNeeds } from '#lib/sign-in/sign-in-needs.ts';
import { madeSettings } from '../made-settings.ts';
import { madeService } from '../users/made-service.ts';

test('reserved usernames are trimmed and in lower case', () => {
  const { reservedUsernames } = registrationRules(madeSettings({ RESERVED_USERNAMES: ' Admin, ROOT ,me' }));
  expect([...reservedUsernames]).toEqual(['admin', 'root', 'me']);
});

test('the default settings reserve names such as admin', () => {
  for (const name of ['admin', 'root', 'system', 'me']) expect(registrationRules(madeSettings()).reservedUsernames.has(name)).toBe(true);
});

test('limits, hashers and region come from the settings', async () => {
  const settings = madeSettings({
    LOGIN_RATE_ACCOUNT: '7/1m',
    BCRYPT_ROUNDS: '5',
    DEFAULT_REGION: 'DE',
    PASSWORD_MIN_LENGTH: '12',
  });
  const needs = basicNeeds(settings, {}, madeService());
  expect(needs).toMatchObject({ limits: { account: { max: 7, windowSeconds: 60 } }, region: 'DE' });
  expect(registrationRules(settings)).toMatchObject({ region: 'DE', passwordMinLength: 12 });
  for (const { passwords } of [needs, registrationRules(settings)]) expect(await passwords.hash('x')).toContain('$2b$05$');
});
