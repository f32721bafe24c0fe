import { uuidv7 } from '#lib/ids.ts';
import { Problem } from '#lib/problem.ts';
import { refuseToTouch } from './judge.ts';
import { type Rewriting, rewrite } from './rewrite.ts';
import type { Suspension, User } from './user.ts';

/** The reason and the end of a suspension; without an end it is permanent. */
export type SuspensionWish = { readonly reason?: string | undefined; readonly until?: Date | undefined };

type Needs = Rewriting & { readonly now: () => Date };

/**
 * Suspends a user. Every session, access token and API token of theirs is void when this returns, and no password opens
 * another session. Repeated, it changes reason and end; the same again changes nothing. `actor` is undefined on the
 * command line. Throws `validation_failed` if the end is not in the future, and the problems of `rewrite`.
 */
export async function suspendUser(
  needs: Needs,
  { actor, user }: { actor?: User; user: User },
  { reason, until }: SuspensionWish,
): Promise<User> {
  if (until && until <= needs.now()) throw new Problem('validation_failed', { errors: { until: [{ phrase: 'not_ahead' }] } });
  return await rewrite(needs, user, (found) => {
    refuseToTouch(actor, found);
    const { isActive, suspension: before } = found;
    const isSo = !isActive && before?.reason === reason && before?.until?.getTime() === until?.getTime();
    if (isSo) return undefined;
    const at = needs.now();
    const since = !isActive && before ? before.at : at;
    const suspension: Suspension = { at: since, until, reason, by: actor?.id };
    const next = { ...found, isActive: false, suspension, tokenEpoch: found.tokenEpoch + 1 };
    return { next, events: [{ id: uuidv7(at), type: 'user_suspended', userId: found.id, at }], isExact: false };
  });
}

/**
 * Ends a suspension. Earlier tokens stay void: the user signs in anew. A user without a suspension on record is left as
 * they are.
 */
export async function reinstateUser(needs: Needs, { actor, user }: { actor?: User; user: User }): Promise<User> {
  return await rewrite(needs, user, (found) => {
    refuseToTouch(actor, found);
    if (found.isActive && !found.suspension) return undefined;
    const at = needs.now();
    const next = { ...found, isActive: true, suspension: undefined, tokenEpoch: found.tokenEpoch + 1 };
    return { next, events: [{ id: uuidv7(at), type: 'user_reinstated', userId: found.id, at }], isExact: false };
  });
}
