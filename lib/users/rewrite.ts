import { identifierTaken } from '#lib/names/identifier-taken.ts';
import { Problem } from '#lib/problem.ts';
import type { ChangeStore, UserChange } from './change-store.ts';
import type { PeopleStore } from './people-store.ts';
import type { User } from './user.ts';

export type Rewriting = { readonly people: PeopleStore; readonly changes: Pick<ChangeStore, 'change'> };

/** What is to become of a user, from how they were found; undefined where it is so already. */
type Alter = (found: User) => Alteration | Promise<Alteration>;
type Alteration = Omit<UserChange, 'found'> | undefined;

/** How often somebody is looked at again whom others changed in between. */
const tries = 8;

/**
 * Changes somebody, beginning with how they were found: where others were faster, looks again and asks `alter` anew. Shows them as they are then. Throws what
 * `alter` throws, `identifier_taken` with the fields, `not_found` where they are gone, and `unavailable` where others never stopped.
 */
export async function rewrite({ people, changes }: Rewriting, found: User, alter: Alter): Promise<User> {
  let user = found;
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const altered = await alter(user);
    if (!altered) return user;
    const outcome = await changes.change({ found: user, ...altered });
    if (typeof outcome === 'object') {
      if ('changed' in outcome) return outcome.changed;
      throw identifierTaken(outcome.taken);
    }
    const again = (await people.people([user.id])).get(user.id);
    if (!again) throw new Problem('not_found', { reason: 'gone since they were found' });
    user = again;
  }
  throw new Problem('unavailable', { retryAfterSeconds: 1, reason: 'the user is being written by others' });
}
