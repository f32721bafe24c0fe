import { expect, test } from 'vitest';
import { askForFreshLogin } from '#lib/sessions/fresh-login.ts';
import type { Session } from '#lib/sessions/session.ts';
import { madeSession, noon } from './made-session.ts';

const opened = Math.floor(noon.getTime() / 1000);
const session = madeSession({ userId: 'ada', sid: 's', openedAt: opened });
const ask = async (kept: Session | undefined, seconds: number, caller: object = {}, userId = 'ada') => {
  const needs = { sessions: { get: async () => kept }, freshSeconds: 900, now: () => new Date(noon.getTime() + 1000 * seconds) };
  const who = { sub: 'ada', sid: 's', jti: 'j', roles: [], exp: 1, ...caller };
  return await askForFreshLogin(needs, who, userId).then(
    () => 'let through',
    ({ code }) => code,
  );
};
const refused = 'fresh_login_required';

test('a sign-in is recent until the second its time is over', async () => {
  expect([await ask(session, 0), await ask(session, 899), await ask(session, 900)]).toEqual(['let through', 'let through', refused]);
});

test('a session that is gone or that a foreign token opened, or no session, is not a recent sign-in', async () => {
  expect(await ask(undefined, 0)).toBe(refused);
  expect(await ask({ ...session, isAdopted: true }, 0)).toBe(refused);
  expect(await ask(session, 0, { sid: undefined })).toBe(refused);
});

test('a caller who sends the password is not asked for their own account, but always for another user’s', async () => {
  expect(await ask(undefined, 0, { sid: undefined, isByPassword: true })).toBe('let through');
  expect(await ask(undefined, 0, { sid: undefined, isByPassword: true }, 'bob')).toBe('fresh_login_required');
  expect(await ask(undefined, 0, {}, 'bob')).toBe('fresh_login_required');
});
