import type { PasswordSeal } from '#lib/transfer/password-seal.ts';
import { tallyOf, type UserFileEnd, type UserFileHead } from '#lib/transfer/user-file.ts';
import { toRecord } from '#lib/transfer/user-record.ts';
import type { Reading } from './every-user.ts';
import type { WholeFile } from './whole-file.ts';

/**
 * Writes all users as lines of JSON, after a line that names the format and before one that proves completeness.
 * Returns their number.
 */
export async function writeLines(read: Reading, stage: string, seal: PasswordSeal | undefined, file: WholeFile): Promise<number> {
  const head: UserFileHead = {
    gatehouse: 'users',
    version: 1,
    stage,
    exported_at: new Date().toISOString(),
    sealed: seal?.terms ?? null,
  };
  const first = line(head);
  const tally = tallyOf(first);
  await file.write(`${first}\n`);
  await read(async (users) => {
    const lines = users.map((user) => line({ ...toRecord(user), password: seal?.seal(user.password, user.id) ?? user.password }));
    for (const each of lines) tally.add(each);
    await file.write(lines.map((each) => `${each}\n`).join(''));
  });
  const { count, sha256 } = tally.total();
  const end: UserFileEnd = { gatehouse: 'end', count, sha256, vouched: seal?.vouch(sha256) ?? null };
  await file.write(`${line(end)}\n`);
  return count;
}

/** Some line readers also split at U+2028 and U+2029, which JSON does not escape. */
const line = (json: object) => JSON.stringify(json).replace(/[\u2028\u2029]/g, (end) => `\\u${end.charCodeAt(0).toString(16)}`);
