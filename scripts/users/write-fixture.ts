import type { User } from '#lib/users/user.ts';
import { Refusal } from '#local/refusal.ts';
import { type DjangoShape, toFixture } from './django-fixture.ts';
import type { Reading } from './every-user.ts';
import { beginFile, type WholeFile } from './whole-file.ts';

/**
 * Writes all users as one of Django's fixtures, with a second file that maps keys to users. Returns their number. All
 * users are held in memory, as in `loaddata`, because keys follow the order of joining.
 */
export async function writeFixture(read: Reading, shape: DjangoShape, name: string, file: WholeFile): Promise<number> {
  const users: User[] = [];
  await read(async (some) => void users.push(...some));
  const { entries, keys } = toFixture(users, shape);
  if (keys.size > 0 && name === '-')
    throw new Refusal('Some ids are not numbers. The new numbers are written to a file beside FILE: name a FILE.');
  let separator = '';
  await file.write('[');
  for (const entry of entries) {
    await file.write(`${separator}\n${JSON.stringify(entry)}`);
    separator = ',';
  }
  await file.write('\n]\n');
  if (keys.size > 0) {
    const beside = await beginFile(`${name}.ids.json`);
    try {
      await beside.write(`${JSON.stringify(Object.fromEntries(keys), null, 1)}\n`);
      await beside.keep();
    } finally {
      beside.discard();
    }
  }
  return users.length;
}
