import type { IdentifierKind } from '#lib/names/identifier.ts';
import { madeUsername, mostMade } from '#lib/names/made-username.ts';
import { type NewNameRules, needsUsername } from '#lib/names/read-names.ts';

type Named = { readonly name: string; readonly username?: string | undefined };
type Taken = { taken: readonly IdentifierKind[] };

/**
 * Adds a user by `add`. If the username was made from the name and another user has it, adds the user with other digits.
 * `busy`: every username that was made is taken. The answer never says that a made username is taken.
 */
export async function addWithUsername<Outcome extends string>(
  needs: NewNameRules,
  { typed, username }: { readonly typed: Named; readonly username: string },
  add: (username: string) => Promise<Outcome | Taken>,
): Promise<Outcome | Taken | 'busy'> {
  if (!needsUsername(typed)) return await add(username);
  for (let attempt = 0; attempt < mostMade; attempt += 1) {
    const outcome = await add(attempt === 0 ? username : madeUsername(typed.name, attempt, needs));
    if (typeof outcome === 'string') return outcome;
    const taken = outcome.taken.filter((kind) => kind !== 'username');
    if (taken.length > 0) return { taken };
  }
  return 'busy';
}
