import { parse } from 'valibot';
import { expect, test } from 'vitest';
import { userView, viewUser } from '#lib/users/user-view.ts';
import { madeUser } from './made-user.ts';

test('a user is shown with the fields of the contract, and never with a hash', () => {
  const user = madeUser({ avatar: 'a.webp', lastLogin: new Date('2026-05-01T12:00:00.5Z'), roles: ['editor'], tokenEpoch: 3 });
  const shown = parse(
    userView,
    viewUser(user, (name) => `https://a.example/media/image/${name}`),
  );
  expect(Object.keys(shown)).toEqual([
    'id',
    'username',
    'name',
    'email',
    'mobile',
    'avatar',
    'roles',
    'is_active',
    'is_superuser',
    'email_verified',
    'mobile_verified',
    'date_joined',
    'last_login',
  ]);
  expect(shown).toMatchObject({ avatar: 'https://a.example/media/image/a.webp', last_login: '2026-05-01T12:00:00.500Z' });
  expect(JSON.stringify(shown)).not.toMatch(/bcrypt|epoch/);
});

test('what a user does not have is null', () => {
  const shown = parse(
    userView,
    viewUser(madeUser({ mobile: undefined }), () => ''),
  );
  expect([shown.mobile, shown.avatar, shown.last_login]).toEqual([null, null, null]);
});
