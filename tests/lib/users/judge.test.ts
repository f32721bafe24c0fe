import { describe, expect, test } from 'vitest';
import type { Ability } from '#lib/users/abilities.ts';
import { judgeOf, judgeOfAll, refuseToTouch } from '#lib/users/judge.ts';
import type { User } from '#lib/users/user.ts';
import { memoryUserReader } from '../../stores/change-store.memory.ts';
import { memoryTables } from '../../stores/memory-tables.ts';
import { madeUser } from './made-user.ts';

const checks = { epoch: true, active: true, spent: true };
const service = (...users: readonly User[]) => {
  const tables = memoryTables();
  for (const user of users) tables.users.set(user.id, user);
  return { reader: memoryUserReader(tables), rules: { checks } };
};
const callerOf = ({ id: sub, tokenEpoch: epoch }: User) => ({ sub, jti: 'x', roles: ['staff'], epoch, exp: 4e9 });
const outcome = async (work: Promise<unknown>) =>
  await work.then(
    () => 'may',
    (error: { code?: string }) => error.code,
  );

const everybody = { ada: madeUser(), bob: madeUser(), staff: madeUser({ roles: ['staff'] }), root: madeUser({ isSuperuser: true }) };
const needs = service(...Object.values(everybody));
const judged = async (actor: User, action: Ability['action'], id: string) => await outcome(judgeOf(needs, action)(callerOf(actor), { id }));
const { ada, bob, staff, root } = everybody;

describe('the right to act on users', () => {
  test('lets users read, change and delete themselves, but not suspend themselves or give themselves roles', async () => {
    for (const user of [ada, staff, root]) {
      for (const action of ['read', 'update', 'delete'] as const)
        expect([action, await judged(user, action, user.id)]).toEqual([action, 'may']);
      expect(await judged(user, 'suspend', user.id)).toBe('permission_denied');
    }
    expect([await judged(ada, 'grant', ada.id), await judged(staff, 'grant', staff.id)]).toEqual(Array(2).fill('permission_denied'));
  });

  test('is refused for other users without an ability, whether the other user exists or not', async () => {
    for (const id of [bob.id, staff.id, root.id, 'nobody', '', '__proto__', 'x'.repeat(5000)])
      for (const action of ['read', 'update', 'suspend', 'delete'] as const)
        expect(await judged(ada, action, id)).toBe('permission_denied');
  });

  test('lets staff act on everyone except superusers, whom they may read, and superusers on everyone', async () => {
    for (const action of ['update', 'suspend', 'delete'] as const) {
      expect([await judged(staff, action, ada.id), await judged(root, action, staff.id)]).toEqual(['may', 'may']);
      expect(await judged(staff, action, root.id)).toBe('permission_denied');
      for (const id of ['nobody', 'x'.repeat(5000)]) expect(await judged(staff, action, id)).toBe('not_found');
    }
    expect([await judged(staff, 'read', root.id), await judged(staff, 'grant', ada.id)]).toEqual(['may', 'permission_denied']);
  });

  test('is refused for a user with abilities or roles that the actor lacks or may not give, because a changed e-mail address would take the account over', () => {
    const touches = (actor: User, user: User) => () => refuseToTouch(actor, user);
    for (const [actor, user] of [
      [ada, staff],
      [ada, root],
      [staff, root],
      [staff, madeUser({ roles: ['staff'] })],
      [staff, madeUser({ roles: ['billing-admin'] })],
      [madeUser({ roles: ['staff', 'billing-admin'] }), madeUser({ roles: ['billing-admin'] })],
    ] as const)
      expect(touches(actor, user)).toThrow(expect.objectContaining({ code: 'permission_denied' }));
    for (const [actor, user] of [
      [ada, bob],
      [ada, ada],
      [staff, ada],
      [root, staff],
      [root, root],
    ] as const)
      expect(touches(actor, user)).not.toThrow();
  });

  test('is read from the actor’s row, not from the token', async () => {
    const demoted = madeUser();
    const suspended = madeUser({ roles: ['staff'], isActive: false });
    const epoch = madeUser({ roles: ['staff'], tokenEpoch: 3 });
    const here = service(demoted, suspended, epoch, bob);
    const judge = judgeOf(here, 'read');
    expect(await outcome(judge(callerOf(demoted), { id: bob.id }))).toBe('permission_denied');
    expect(await outcome(judge(callerOf(suspended), { id: bob.id }))).toBe('user_inactive');
    expect(await outcome(judge({ ...callerOf(epoch), epoch: 2 }, { id: bob.id }))).toBe('token_not_valid');
    expect(await outcome(judge(callerOf(madeUser()), { id: bob.id }))).toBe('user_not_found');
    expect(await outcome(judgeOfAll(here, 'read')(callerOf(demoted)))).toBe('permission_denied');
    expect(await outcome(judgeOfAll(here, 'read')(callerOf(epoch)))).toBe('may');
  });

  test('lets an inactive user act on their own account only, if the stage signs inactive users in', async () => {
    const suspended = madeUser({ roles: ['staff'], isActive: false });
    const lax = { ...service(suspended, bob), rules: { checks: { ...checks, active: false } } };
    const judge = judgeOf(lax, 'read');
    expect(await outcome(judge(callerOf(suspended), { id: suspended.id }))).toBe('may');
    expect(await outcome(judge(callerOf(suspended), { id: bob.id }))).toBe('user_inactive');
    expect(await outcome(judgeOfAll(lax, 'read')(callerOf(suspended)))).toBe('user_inactive');
  });
});
