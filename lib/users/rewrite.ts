import { identifierTaken } from '#lib/names/identifier-taken.ts';
import { Problem } from '#lib/problem.ts';
import type { ChangeStore, UserChange } from './change-store.ts';
import type { User } from './user.ts';
import type { UserReader } from './user-reader.ts';

export type Rewriting = { readonly reader: UserReader; readonly changes: Pick<ChangeStore, 'change'> };

/** Makes the change of a user from the user as found; undefined if there is nothing to change. */
type Alter = (found: User) => Alteration | Promise<Alteration>;
type Alteration = Omit<UserChange, 'found'> | undefined;

/** How many times the user is read again after another change. */
const tries = 8;

/**
 * Changes a user. If another change was faster, reads the user again and asks `alter` anew. Returns the user as they
 * are then. Throws the problems of `alter`, `identifier_taken` with the fields, `not_found` if the user is gone, and
 * `unavailable` if other writes did not stop.
 */
export async function rewrite({ reader, changes }: Rewriting, found: User, alter: Alter): Promise<User> {
  let user = found;
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const altered = await alter(user);
    if (!altered) return user;
    const outcome = await changes.change({ found: user, ...altered });
    if (typeof outcome === 'object') {
      if ('changed' in outcome) return outcome.changed;
      throw identifierTaken(outcome.taken);
    }
    const again = (await reader.readUsers([user.id])).get(user.id);
    if (!again) throw new Problem('not_found', { reason: 'gone since they were found' });
    user = again;
  }
  throw new Problem('unavailable', { retryAfterSeconds: 1, reason: 'the user is being written by others' });
}
