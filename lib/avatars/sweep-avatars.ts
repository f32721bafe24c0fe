import { log } from '#lib/log.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import type { PictureStore } from './picture-store.ts';

type Needs = {
  readonly pictures: Pick<PictureStore, 'list' | 'note' | 'remove'>;
  readonly users: Pick<UserStore, 'avatarsOf'>;
  readonly now: () => Date;
};

/** What one run did. */
export type Sweep = { readonly looked: number; readonly removed: number; readonly isComplete: boolean };

const dayMilliseconds = 86_400_000;
/** How many pictures are checked at once: the number of connections of the S3 client. */
const handful = 50;

/**
 * Removes pictures that no user shows. Each day checks a sixteenth of the names, by their first digit, so every picture
 * is checked every sixteen days. A run stops at `until`. The next run of the same digit starts a sixteenth further on,
 * so later runs reach what one run leaves out. Runs may be repeated and may overlap.
 */
export async function sweepAvatars(needs: Needs, until: Date): Promise<Sweep> {
  const total = { looked: 0, removed: 0 };
  let isComplete = true;
  for await (const names of handfuls(needs)) {
    if (needs.now() >= until) {
      isComplete = false;
      break;
    }
    total.looked += names.length;
    total.removed += await sweep(needs, names);
  }
  return { ...total, isComplete };
}

/** Names for today's run, without pictures younger than a day: their upload may not have reached the row yet. */
async function* handfuls({ pictures, now }: Needs): AsyncGenerator<string[]> {
  const day = Math.floor(now().getTime() / dayMilliseconds);
  const digit = (day % 16).toString(16);
  const start = digit + (Math.floor(day / 16) % 16).toString(16);
  let names: string[] = [];
  for await (const { name, storedAt } of inTurn(pictures, digit, start)) {
    if (now().getTime() - storedAt.getTime() < dayMilliseconds) continue;
    names.push(name);
    if (names.length < handful) continue;
    yield names;
    names = [];
  }
  if (names.length > 0) yield names;
}

/** All pictures whose names begin with `digit`: first those after `start`, then the others. */
async function* inTurn(pictures: Pick<PictureStore, 'list'>, digit: string, start: string) {
  yield* pictures.list(digit, start);
  for await (const picture of pictures.list(digit)) {
    if (picture.name > start) return;
    yield picture;
  }
}

/** Removes the pictures that their owners' rows do not name; returns how many. */
async function sweep({ pictures, users }: Needs, names: readonly string[]): Promise<number> {
  const owners = new Map<string, string>();
  let unsigned = 0;
  await Promise.all(
    names.map(async (name) => {
      const note = await pictures.note(name);
      if (note?.owner !== undefined) owners.set(name, note.owner);
      else if (note) unsigned += 1;
    }),
  );
  // An upload always stores the owner. A picture without one came another way, and a person decides about it.
  if (unsigned > 0) log.warn('pictures_without_owner', { count: unsigned });
  if (owners.size === 0) return 0;
  const shown = await users.avatarsOf([...new Set(owners.values())]);
  const orphans = [...owners].filter(([name, owner]) => shown.get(owner) !== name);
  await Promise.all(orphans.map(([name]) => pictures.remove(name)));
  return orphans.length;
}
