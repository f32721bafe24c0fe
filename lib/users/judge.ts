import { actions } from '#lib/caller/action.ts';
import type { Caller } from '#lib/caller/caller.ts';
import { Problem } from '#lib/problem.ts';
import type { TokenRules } from '#lib/tokens/token.ts';
import { type Ability, abilitiesOf, isAble } from './abilities.ts';
import type { PeopleStore } from './people-store.ts';
import { stillThere } from './still-there.ts';
import type { User } from './user.ts';

type Action = Ability['action'];
type Needs = { readonly people: PeopleStore; readonly rules: Pick<TokenRules, 'checks'> };

/** Somebody who does something to a user; the two are one where they do it to themselves. */
export type Acting = { readonly actor: User; readonly user: User };

/** The longest id that is looked for: nobody has a longer one, and DynamoDB takes 2,048 bytes. */
const longestId = 255;

/**
 * Judges who may do something to the user whom the path names: themselves where everybody may, others where a role of theirs or being a superuser
 * lets them. Both rows are read in one consistent read, so a role that was taken away, a suspension and a deletion count at once, whatever the
 * authorizer looked at. Throws what `stillThere` does; `permission_denied`, the same whoever exists; and `not_found` to those who may know.
 */
export function judgeOf({ people, rules }: Needs, action: Action) {
  return async (caller: Caller, { id = '' }: Readonly<Record<string, string>>): Promise<Acting> => {
    const isSelf = id === caller.sub;
    const found = await people.people(isSelf || id === '' || id.length > longestId ? [caller.sub] : [caller.sub, id]);
    const actor = stillThere(found.get(caller.sub), caller, rules.checks);
    if (isSelf) {
      if (!mayToThemselves(actor, action)) throw denied('nobody does that to themselves');
      return { actor, user: actor };
    }
    refuseUnable(actor, action);
    const user = found.get(id);
    if (!user) throw new Problem('not_found');
    if (action !== 'read') refuseToTouch(actor, user);
    return { actor, user };
  };
}

/** Judges who may do something with users at large, such as list them. */
export function judgeOfAll({ people, rules }: Needs, action: Action) {
  return async (caller: Caller): Promise<{ readonly actor: User }> => {
    const actor = stillThere((await people.people([caller.sub])).get(caller.sub), caller, rules.checks);
    refuseUnable(actor, action);
    return { actor };
  };
}

type Standing = Pick<User, 'id' | 'isSuperuser' | 'roles'>;

/**
 * Throws `permission_denied` where somebody is about to change a superuser without being one, or whoever may do to others what they may not: whoever may
 * write the e-mail address of somebody would be them at the next forgotten password. The command line (no actor) may.
 */
export function refuseToTouch(actor: Standing | undefined, user: Standing): void {
  if (!actor || actor.isSuperuser || actor.id === user.id) return;
  if (user.isSuperuser) throw denied('nobody but a superuser touches a superuser');
  if (actions.some((action) => isAble(user, action) && !isAble(actor, action))) throw denied('nobody touches who may do more');
}

/** How somebody sees, and writes, the attributes of a user: as one who looks after users, or as themselves. */
export function seenAs(actor: User, action: 'read' | 'update'): 'self' | 'staff' {
  return isAble(actor, action) ? 'staff' : 'self';
}

/** A stage that lets inactive users in (CHECK_USER_IS_ACTIVE) lets them see to themselves, not to others. */
function refuseUnable(actor: User, action: Action): void {
  if (!actor.isActive) throw new Problem('user_inactive', { reason: 'acts on others while inactive' });
  if (!isAble(actor, action)) throw denied(`not able to ${action}`);
}

const mayToThemselves = (actor: User, action: Action) =>
  action !== 'suspend' && abilitiesOf(actor).some((ability) => ability.action === action || ability.action === 'manage');

const denied = (reason: string) => new Problem('permission_denied', { reason });
