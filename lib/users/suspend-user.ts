import { uuidv7 } from '#lib/ids.ts';
import { Problem } from '#lib/problem.ts';
import { refuseToTouch } from './judge.ts';
import { type Rewriting, rewrite } from './rewrite.ts';
import type { Suspension, User } from './user.ts';

/** Why somebody is not to be let in, and until when; for ever where it does not say. */
export type SuspensionWish = { readonly reason?: string | undefined; readonly until?: Date | undefined };

type Needs = Rewriting & { readonly now: () => Date };

/**
 * Lets somebody in no more: every session, access token and API token of theirs is dead when it is answered, and no password opens another. Asked again it
 * changes reason and end, and the same again nothing. `actor` is who does it; undefined for whoever has the tables. Throws `validation_failed`
 * where the end is not ahead, and what `rewrite` does.
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

/** Lets somebody in again. Their tokens of before stay dead: they sign in anew. Who is not suspended, and has no record of it, is left as they are. */
export async function reinstateUser(needs: Needs, { actor, user }: { actor?: User; user: User }): Promise<User> {
  return await rewrite(needs, user, (found) => {
    refuseToTouch(actor, found);
    if (found.isActive && !found.suspension) return undefined;
    const at = needs.now();
    const next = { ...found, isActive: true, suspension: undefined, tokenEpoch: found.tokenEpoch + 1 };
    return { next, events: [{ id: uuidv7(at), type: 'user_reinstated', userId: found.id, at }], isExact: false };
  });
}
