import * as v from 'valibot';
import { expect, test } from 'vitest';
import { attributes } from '#attributes.ts';
import { declareAttributes } from '#lib/users/attributes.ts';
import { userViewWith, viewUser } from '#lib/users/user-view.ts';
import { madeUser } from './made-user.ts';

test('a user is shown with the fields of the contract, without the password hash', () => {
  const user = madeUser({ avatar: 'a.webp', lastLogin: new Date('2026-05-01T12:00:00.5Z'), roles: ['editor'], tokenEpoch: 3 });
  const shown = v.parse(
    userViewWith(attributes),
    viewUser(user, { attributes, reader: 'self', avatarUrl: (name) => `https://a.example/media/image/${name}` }),
  );
  // The journey of signing up compares a whole answer.
  expect(Object.keys(shown).slice(0, 6)).toEqual(['id', 'username', 'name', 'email', 'mobile', 'avatar']);
  for (const hidden of ['password', 'token_epoch', 'version', 'suspension']) expect(shown).not.toHaveProperty(hidden);
  expect(shown).toMatchObject({ avatar: 'https://a.example/media/image/a.webp', last_login: '2026-05-01T12:00:00.500Z' });
  expect(JSON.stringify(shown)).not.toMatch(/bcrypt|epoch/);
});

test('a field that a user does not have is null', () => {
  const shown = v.parse(
    userViewWith(attributes),
    viewUser(madeUser({ mobile: undefined }), { attributes, reader: 'self', avatarUrl: () => '' }),
  );
  expect([shown.mobile, shown.avatar, shown.last_login]).toEqual([null, null, null]);
});

test('a reader sees the attributes that the reader may see, without invalid values', () => {
  const declared = declareAttributes({
    nickname: { schema: v.string(), read: 'self', write: 'self' },
    money: { schema: v.number(), read: 'self', write: 'staff' },
    note: { schema: v.string(), read: 'staff', write: 'staff' },
  });
  const user = madeUser({ attributes: { nickname: 'Ada', money: 'much', note: 'pays late', unknown: 1 } });
  const shown = (reader: 'self' | 'staff') =>
    v.parse(userViewWith(declared), viewUser(user, { attributes: declared, reader, avatarUrl: () => '' })).attributes;
  expect(shown('self')).toEqual({ nickname: 'Ada' });
  expect(shown('staff')).toEqual({ nickname: 'Ada', note: 'pays late' });
});

test('the reason of a suspension is shown only to staff', () => {
  const suspension = { at: new Date('2026-05-01T12:00:00Z'), reason: 'spam' };
  const view = (reader: 'self' | 'staff') =>
    viewUser(madeUser({ isActive: false, suspension }), { attributes: {}, reader, avatarUrl: () => '' });
  expect(view('staff')).toMatchObject({ is_active: false, suspension: { at: '2026-05-01T12:00:00.000Z', until: null, reason: 'spam' } });
  expect(view('self')).not.toHaveProperty('suspension');
});
