import { uuidv7 } from '#lib/ids.ts';
import { Problem } from '#lib/problem.ts';
import type { ChangeStore } from './change-store.ts';
import { refuseToTouch } from './judge.ts';
import type { User } from './user.ts';
import type { UserReader } from './user-reader.ts';

type Needs = { readonly reader: UserReader; readonly changes: Pick<ChangeStore, 'remove'>; readonly now: () => Date };

const tries = 8;

/**
 * Deletes a user for good: row, names and roles at once, so that every token is void and the names are free. The event
 * removes picture, sessions and API tokens. `actor` is undefined on the command line. Throws `not_found` if another
 * request was faster, `permission_denied` if the user has become a superuser meanwhile, and `unavailable` if other
 * writes to the user did not stop.
 */
export async function deleteUser(needs: Needs, { actor, user }: { actor?: User; user: User }): Promise<void> {
  let found = user;
  for (let attempt = 0; attempt < tries; attempt += 1) {
    refuseToTouch(actor, found);
    const at = needs.now();
    const event = {
      id: uuidv7(at),
      type: 'user_deleted',
      userId: found.id,
      at,
      picture: found.avatar,
    } as const;
    if ((await needs.changes.remove(found, event)) === 'removed') return;
    const again = (await needs.reader.readUsers([found.id])).get(found.id);
    if (!again) throw new Problem('not_found', { reason: 'deleted by another' });
    found = again;
  }
  throw new Problem('unavailable', { retryAfterSeconds: 1, reason: 'the user is being written by others' });
}
