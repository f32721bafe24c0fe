import { actions } from '#lib/caller/action.ts';
import type { Caller } from '#lib/caller/caller.ts';
import { Problem } from '#lib/problem.ts';
import type { TokenRules } from '#lib/tokens/token.ts';
import { type Ability, abilitiesOf, isAble, mayGive } from './abilities.ts';
import { stillThere } from './still-there.ts';
import type { User } from './user.ts';
import type { UserReader } from './user-reader.ts';

type Action = Ability['action'];
type Needs = { readonly reader: UserReader; readonly rules: Pick<TokenRules, 'checks'> };

/** A user who acts, and the user they act on. Both are one object if they are the same person. */
export type Acting = { readonly actor: User; readonly user: User };

/** How much of a user an answer has. */
type Reach = { readonly reads?: 'profile' | 'all' };

/** The longest id that is looked up. No user has a longer one, and DynamoDB takes 2,048 bytes. */
const longestId = 255;

/**
 * Decides whether the caller may act on the user in the path. On themselves, if every user may; on others, by a role or
 * as a superuser. One consistent read has both rows, so a lost role, a suspension or a deletion counts at once,
 * whatever the authorizer read. Without the ability, the answer is the same whether or not the user exists. `reads: 'all'`:
 * the answer has more than a profile, so it is refused like a change (`refuseToTouch`). Throws the problems of
 * `stillThere`; `permission_denied`; `not_found` to callers who may know.
 */
export function judgeOf({ reader, rules }: Needs, action: Action, { reads = 'profile' }: Reach = {}) {
  return async (caller: Caller, { id = '' }: Readonly<Record<string, string>>): Promise<Acting> => {
    const isSelf = id === caller.sub;
    const found = await reader.readUsers(isSelf || id === '' || id.length > longestId ? [caller.sub] : [caller.sub, id]);
    const actor = stillThere(found.get(caller.sub), caller, rules.checks);
    if (isSelf) {
      if (!mayToThemselves(actor, action)) throw denied('nobody does that to themselves');
      return { actor, user: actor };
    }
    refuseUnable(actor, action);
    const user = found.get(id);
    if (!user) throw new Problem('not_found');
    if (action !== 'read' || reads === 'all') refuseToTouch(actor, user);
    return { actor, user };
  };
}

/**
 * As `judgeOf`, but callers act on themselves by their token alone, without a read. Returns undefined then.
 */
export function judgeOfOthers(needs: Needs, action: Action, reach: Reach = {}) {
  const judge = judgeOf(needs, action, reach);
  return async (caller: Caller, params: Readonly<Record<string, string>>): Promise<Acting | undefined> =>
    params['id'] === caller.sub ? undefined : await judge(caller, params);
}

/** Decides whether the caller may act on users in general, such as list them. */
export function judgeOfAll({ reader, rules }: Needs, action: Action) {
  return async (caller: Caller): Promise<{ readonly actor: User }> => {
    const actor = stillThere((await reader.readUsers([caller.sub])).get(caller.sub), caller, rules.checks);
    refuseUnable(actor, action);
    return { actor };
  };
}

type Powers = Pick<User, 'id' | 'isSuperuser' | 'roles'>;

/**
 * Throws `permission_denied` if the actor changes a superuser without being one, a user with abilities the actor lacks,
 * or a user with a role that the actor may not give (`mayGive`). An actor who can write the e-mail address of a user could
 * sign in as that user through a forgotten password, and would have the role in the application (ASVS 8.2.2, 8.3.1). The
 * command line (no actor) may.
 */
export function refuseToTouch(actor: Powers | undefined, user: Powers): void {
  if (!actor || actor.isSuperuser || actor.id === user.id) return;
  if (user.isSuperuser) throw denied('nobody but a superuser touches a superuser');
  if (actions.some((action) => isAble(user, action) && !isAble(actor, action))) throw denied('nobody touches who may do more');
  if (user.roles.some((role) => !mayGive(actor, role))) throw denied('nobody touches who has a role they may not give');
}

/** Whether an actor reads and writes attributes as a user who looks after others, or as the user themselves. */
export function seenAs(actor: User, action: 'read' | 'update'): 'self' | 'staff' {
  return isAble(actor, action) ? 'staff' : 'self';
}

/** On a stage that lets inactive users in (CHECK_USER_IS_ACTIVE), they may act on themselves, not on others. */
function refuseUnable(actor: User, action: Action): void {
  if (!actor.isActive) throw new Problem('user_inactive', { reason: 'acts on others while inactive' });
  if (!isAble(actor, action)) throw denied(`not able to ${action}`);
}

const mayToThemselves = (actor: User, action: Action) =>
  action !== 'suspend' && abilitiesOf(actor).some((ability) => ability.action === action || ability.action === 'manage');

const denied = (reason: string) => new Problem('permission_denied', { reason });
