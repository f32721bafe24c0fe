import { parse } from 'valibot';
import { expect, test } from 'vitest';
import { abilitiesOf, isAble } from '#lib/users/abilities.ts';
import { userInfoView, viewUserInfo } from '#lib/users/user-info-view.ts';
import { madeUser } from './made-user.ts';

test('every user may read, change and delete themselves; staff may act on users, a superuser on everything; other roles add nothing', () => {
  const own = [
    { action: 'read', subject: 'self' },
    { action: 'update', subject: 'self' },
    { action: 'delete', subject: 'self' },
  ];
  expect(abilitiesOf({ roles: [], isSuperuser: false })).toEqual(own);
  expect(abilitiesOf({ roles: ['admin', 'superuser'], isSuperuser: false })).toEqual(own);
  expect(abilitiesOf({ roles: ['staff', 'editor'], isSuperuser: false })).toEqual([
    ...own,
    ...['read', 'create', 'update', 'suspend', 'delete'].map((action) => ({ action, subject: 'users' })),
  ]);
  expect(abilitiesOf({ roles: ['constructor', '__proto__'], isSuperuser: false })).toEqual(own);
  for (const action of ['read', 'create', 'update', 'suspend', 'delete', 'grant'] as const) {
    expect(isAble({ roles: ['editor'], isSuperuser: false }, action)).toBe(false);
    expect(isAble({ roles: ['staff'], isSuperuser: false }, action)).toBe(action !== 'grant');
    expect(isAble({ roles: [], isSuperuser: true }, action)).toBe(true);
  }
  expect(abilitiesOf({ roles: [], isSuperuser: true })).toEqual([{ action: 'manage', subject: 'all' }]);
});

test('the user is shown with their abilities and no other fields', () => {
  const user = madeUser({ roles: ['editor'], avatar: 'a.webp' });
  const shown = viewUserInfo(user, (name) => `https://x/${name}`);
  expect(shown).toEqual({
    status_code: 200,
    message: 'success',
    data: {
      sub: user.id,
      username: user.username,
      roles: ['editor'],
      ability: abilitiesOf(user),
      avatar: 'https://x/a.webp',
    },
  });
  expect(parse(userInfoView, shown)).toEqual(shown);
  expect(viewUserInfo(madeUser(), String).data.avatar).toBeNull();
});
