import { describe, expect, test } from 'vitest';
import { deleteUser } from '#lib/users/delete-user.ts';
import { changeRoles } from '#lib/users/give-roles.ts';
import { reinstateUser, suspendUser } from '#lib/users/suspend-user.ts';
import type { User } from '#lib/users/user.ts';
import { memoryChangeStore, memoryUserReader } from '../../stores/change-store.memory.ts';
import { memoryTables } from '../../stores/memory-tables.ts';
import { memoryUserStore } from '../../stores/user-store.memory.ts';
import { noon } from '../sessions/made-session.ts';
import { madeUser, namesOf, registered } from './made-user.ts';

const service = async (given: Partial<User> = {}) => {
  const tables = memoryTables();
  const user = madeUser(given);
  await memoryUserStore(tables).add(user, namesOf(user), registered(user));
  const needs = { reader: memoryUserReader(tables), changes: memoryChangeStore(tables), now: () => noon };
  return { tables, user, needs, events: () => tables.events.map(({ type }) => type).slice(1) };
};

describe('the command line, which writes the tables directly', () => {
  test('gives and takes roles, and a repeated command changes nothing', async () => {
    const { user, needs, events } = await service({ roles: ['editor', 'old'] });
    const wish = { given: [' staff ', 'editor', 'staff'], taken: ['old', 'never had'] };
    const given = await changeRoles(needs, user, wish);
    expect(given.roles).toEqual(['editor', 'staff']);
    await changeRoles(needs, given, wish);
    expect(events()).toEqual(['roles_changed']);
    for (const wrong of [
      { given: [''], taken: [] },
      { given: [], taken: [''] },
    ])
      await expect(changeRoles(needs, given, wrong)).rejects.toMatchObject({ code: 'validation_failed' });
  });

  test('keeps a role that another writer gave meanwhile', async () => {
    const { user, needs } = await service();
    await changeRoles(needs, user, { given: ['one'], taken: [] });
    expect((await changeRoles(needs, user, { given: ['other'], taken: [] })).roles).toEqual(['one', 'other']);
  });

  test('suspends a superuser too, even if the row was read before another change', async () => {
    const { user, needs, tables } = await service({ isSuperuser: true });
    await needs.changes.change({ found: user, next: { ...user, name: 'Another' }, events: [], isExact: false });
    const suspended = await suspendUser(needs, { user }, { reason: 'left' });
    expect(suspended).toMatchObject({ name: 'Another', isActive: false, tokenEpoch: 1, suspension: { at: noon, reason: 'left' } });
    expect(await reinstateUser(needs, { user: suspended })).toMatchObject({ isActive: true, suspension: undefined, tokenEpoch: 2 });
    await deleteUser(needs, { user });
    expect([tables.users.size, tables.identifiers.size]).toEqual([0, 0]);
    await expect(deleteUser(needs, { user })).rejects.toMatchObject({ code: 'not_found' });
    await expect(suspendUser(needs, { user }, {})).rejects.toMatchObject({ code: 'not_found' });
  });

  test('does not let staff change a user who became a superuser after the row was read', async () => {
    const { user, needs, tables } = await service();
    tables.users.set(user.id, { ...user, isSuperuser: true });
    const actor = madeUser({ roles: ['staff'] });
    for (const attempt of [
      () => suspendUser(needs, { actor, user }, {}),
      () => reinstateUser(needs, { actor, user: { ...user, isActive: false } }),
      () => deleteUser(needs, { actor, user }),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'permission_denied' });
    expect(tables.users.get(user.id)).toEqual({ ...user, isSuperuser: true });
  });

  test('answers 503 if other writers never stop', async () => {
    const { user, needs } = await service();
    const never = async () => 'busy' as const;
    const busy = { ...needs, changes: { change: never, remove: never } };
    await expect(suspendUser(busy, { user }, {})).rejects.toMatchObject({ code: 'unavailable' });
    await expect(deleteUser(busy, { user })).rejects.toMatchObject({ code: 'unavailable' });
  });
});
