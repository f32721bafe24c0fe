import { describe, expect, test } from 'vitest';
import { shards } from '#lib/users/directory.ts';
import { roleName, rolesFit } from '#lib/users/role.ts';
import { fromItem, toItem } from '#lib/users/user-item.ts';
import { madeUser } from './made-user.ts';

const at = new Date('2026-05-01T12:00:00Z');

describe('the row of a user', () => {
  test('is read back as it was written', () => {
    const user = madeUser({
      roles: ['staff'],
      attributes: { nickname: 'Ada', money: 0.1, list: [1, { deep: null }] },
      suspension: { at, until: new Date('2099-01-01T00:00:00Z'), reason: 'spam', by: 'u1' },
      isActive: false,
      avatar: 'a.webp',
      lastLogin: at,
      version: 7,
    });
    expect(fromItem(toItem(user), at)).toEqual(user);
    const plain = madeUser({ mobile: undefined });
    expect(fromItem(toItem(plain), at)).toEqual(expect.objectContaining(JSON.parse(JSON.stringify({ ...plain, dateJoined: undefined }))));
  });

  test('is inactive during a suspension and active after its end', () => {
    const until = new Date('2026-06-01T00:00:00Z');
    const row = toItem(madeUser({ isActive: false, suspension: { at, until } }));
    const isActive = (now: string) => fromItem(row, new Date(now)).isActive;
    expect([isActive('2026-05-31T23:59:59.999Z'), isActive('2026-06-01T00:00:00Z')]).toEqual([false, true]);
    expect(fromItem(toItem(madeUser({ isActive: false, suspension: { at } })), new Date('2999-01-01')).isActive).toBe(false);
    expect(fromItem(toItem(madeUser({ isActive: false })), new Date('2999-01-01')).isActive).toBe(false);
  });

  test('keeps a project’s attributes apart from the service’s, whatever their names', () => {
    const row = toItem(madeUser({ attributes: { password: 'x', is_superuser: true } }));
    expect([row.password === 'x', row.is_superuser]).toEqual([false, false]);
  });

  test('has the keys of lists and of prefix searches', () => {
    const user = madeUser({ username: 'Zoë', name: '  李  Lei ', email: 'Zoe@Example.com', mobile: '+8613800138000', dateJoined: at });
    expect(toItem(user)).toMatchObject({
      username_start: 'zo',
      username_key: 'zoë',
      email_start: 'zo',
      mobile_start: '+8613',
      name_start: '李',
      name_key: '李 lei',
      joined_key: `2026-05-01T12:00:00.000Z#${user.id}`,
      directory: expect.stringMatching(/^active#[0-3]$/),
    });
    expect(toItem({ ...user, isActive: false, suspension: { at } }).directory).toMatch(/^suspended#/);
    const used = new Set(Array.from({ length: 200 }, () => toItem(madeUser()).directory));
    expect(used.size).toBe(shards.length);
    expect(toItem(madeUser({ name: '😀 Bo' })).name_start).toBe('😀');
  });
});

test('a role has a name of 1 to 64 characters, and all roles of a user fit into a token', () => {
  expect([' staff ', 'Content Editors', '编辑', 'x'.repeat(64)].map(roleName)).toEqual([
    'staff',
    'Content Editors',
    '编辑',
    'x'.repeat(64),
  ]);
  for (const typed of ['', '  ', 'a\nb', 'x'.repeat(65), 'a\u0000']) expect(roleName(typed)).toBeUndefined();
  expect([rolesFit(['x'.repeat(508)]), rolesFit(['x'.repeat(509)])]).toEqual([true, false]);
});
