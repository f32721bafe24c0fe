import { parse } from 'valibot';
import { expect, test } from 'vitest';
import { abilitiesOf } from '#lib/users/abilities.ts';
import { userInfoView, viewUserInfo } from '#lib/users/user-info-view.ts';
import { madeUser } from './made-user.ts';

test('everybody may read and change themselves, whatever their roles; a superuser may manage everything', () => {
  const own = [
    { action: 'read', subject: 'self' },
    { action: 'update', subject: 'self' },
  ];
  expect(abilitiesOf({ roles: [], isSuperuser: false })).toEqual(own);
  expect(abilitiesOf({ roles: ['admin', 'superuser'], isSuperuser: false })).toEqual(own);
  expect(abilitiesOf({ roles: [], isSuperuser: true })).toEqual([{ action: 'manage', subject: 'all' }]);
});

test('a user is shown to their own client with what to offer them, and nothing more', () => {
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
