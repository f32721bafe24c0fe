import type { PictureStore } from '#lib/avatars/picture-store.ts';
import { sweepAvatars } from '#lib/avatars/sweep-avatars.ts';
import type { Throttle } from '#lib/throttle/throttle.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import { memoryPictureStore } from '../../stores/picture-store.memory.ts';
import { nearDecoder } from './reencoded.ts';

export const dayMilliseconds = 86_400_000;

/** Users and their pictures, in memory: what the verbs need, and what a test may look at. */
export function album(...ids: string[]) {
  let time = Date.parse('2026-03-01T12:00:00Z');
  let count = 0;
  const now = () => new Date(time);
  const rows = new Map<string, string | undefined>(ids.map((id) => [id, undefined]));
  const kept = new Map();
  const pictures: PictureStore = memoryPictureStore(now, kept);
  const users: Pick<UserStore, 'setAvatar' | 'avatarsOf'> = {
    async setAvatar(id, name) {
      if (!rows.has(id)) return 'absent';
      const previous = rows.get(id);
      rows.set(id, name);
      return { previous };
    },
    async avatarsOf(wanted) {
      return new Map(wanted.filter((id) => rows.has(id)).map((id) => [id, rows.get(id)]));
    },
  };
  const spent: string[] = [];
  const throttle: Pick<Throttle, 'spend' | 'giveBack'> = {
    async spend(...limits) {
      for (const { name, subject } of limits) spent.push(`${name} ${subject}`);
      return limits.map(({ name, subject }) => ({ name, key: `${name} ${subject}`, count: 1, max: 30, windowSeconds: 3600 }));
    },
    async giveBack(...tries) {
      for (const { key } of tries) spent.splice(spent.indexOf(key), 1);
    },
  };
  const newName = () => `${(count++).toString(16)}${'0123456789abcdef'.repeat(2)}`.slice(0, 32).concat('.webp');
  return {
    needs: { decoder: nearDecoder, rate: { max: 30, windowSeconds: 3600 }, throttle, pictures, users, newName, now },
    rows,
    spent,
    /** The names of the stored pictures. */
    stored: () => [...(kept.keys() as Iterable<string>)].sort(),
    /** The names that rows have and the store has not; always empty. */
    missing: () => [...rows.values()].filter((name) => name !== undefined && !kept.has(name)),
    wait(milliseconds: number) {
      time += milliseconds;
    },
    /** Sixteen runs of the sweeper, beginning two days later. */
    async sweepAll() {
      time += dayMilliseconds;
      for (let day = 0; day < 16; day += 1) {
        time += dayMilliseconds;
        await sweepAvatars({ pictures, users, now }, new Date(time + 1));
      }
    },
  };
}
