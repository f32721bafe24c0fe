import { expect, test } from 'vitest';
import { sessionRules } from '#lib/sessions/session-rules.ts';
import { madeSettings } from '../made-settings.ts';
import { rules } from '../tokens/made-token.ts';

test('a spent refresh token passes for ever if spent tokens are not blacklisted', () => {
  const { graceSeconds, rules: judged } = sessionRules(madeSettings({ BLACKLIST_AFTER_ROTATION: 'false' }));
  expect([graceSeconds, judged.checks.spent]).toEqual([Number.POSITIVE_INFINITY, false]);
});

test('all lifetimes come from the settings', () => {
  const given = {
    ACCESS_TOKEN_LIFETIME: '1m',
    REFRESH_TOKEN_LIFETIME: '2h',
    REMEMBERED_TOKEN_LIFETIME: '3d',
    SESSION_LIFETIME: '4d',
    REFRESH_GRACE: '5s',
  };
  const more = { LEEWAY: '6s', ISSUER: 'https://a.example', AUDIENCE: 'app', ROTATE_REFRESH_TOKENS: 'false' };
  expect(sessionRules(madeSettings({ ...given, ...more }))).toEqual({
    rules: {
      ...{ ...rules, issuer: 'https://a.example', audience: 'app', leewaySeconds: 6 },
      longestSeconds: 3 * 86_400,
      longestOf: { access: 60, refresh: 3 * 86_400, sliding: 300 },
    },
    accessSeconds: 60,
    lifetimes: { idleSeconds: 7200, rememberedSeconds: 3 * 86_400, sessionSeconds: 4 * 86_400 },
    isRotating: false,
    graceSeconds: 5,
    cookies: expect.objectContaining({ areOn: false }),
  });
});
