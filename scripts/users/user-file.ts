import { createReadStream } from 'node:fs';
import { openPasswordSeal, type PasswordSeal } from '#lib/transfer/password-seal.ts';
import { readEnd, readHead, tallyOf, type UserFileHead } from '#lib/transfer/user-file.ts';
import { Refusal } from '#local/refusal.ts';

/** A file of users that was found whole. */
export type UserFile = {
  readonly head: UserFileHead;
  readonly count: number;
  /** What opens its passwords; undefined where they are not sealed. */
  readonly seal: PasswordSeal | undefined;
  /** Its users as JSON, unread (`readRecord`), with the numbers of their lines; the first user stands on line 2. */
  lines(): AsyncGenerator<{ readonly line: number; readonly text: string }>;
};

/**
 * Reads a file of users once from end to end, a line at a time, and sees that nothing of it was cut off or changed. `askPassphrase` is called
 * where it is sealed. Throws a Refusal where it is no such file, not whole, or the passphrase is another.
 */
export async function openUserFile(file: string, askPassphrase: () => Promise<string>): Promise<UserFile> {
  let [head, seal, last]: [UserFileHead | undefined, PasswordSeal | undefined, string | undefined] = [undefined, undefined, undefined];
  let tally: ReturnType<typeof tallyOf> | undefined;
  for await (const { line, text } of linesOf(file)) {
    if (line > 1) {
      if (last !== undefined) tally?.add(last);
      last = text;
      continue;
    }
    head = readHead(jsonOf(text));
    if (!head) throw new Refusal(`${file} does not begin as a file of users does that this version reads.`);
    if (head.sealed) seal = await openPasswordSeal(await askPassphrase(), head.sealed);
    if (head.sealed && !seal) throw new Refusal(`The passphrase is not the one that ${file} was sealed with.`);
    tally = tallyOf(text);
  }
  const end = last === undefined ? undefined : readEnd(jsonOf(last));
  if (!head || !tally || !end) throw new Refusal(`${file} was cut off: its last line is not the one that says how many users there are.`);
  const { count, sha256 } = tally.total();
  const isWhole = end.count === count && end.sha256 === sha256 && end.vouched === (seal?.vouch(sha256) ?? null);
  if (!isWhole) throw new Refusal(`${file} is not as it was written: it was changed since, or lines are missing.`);
  return { head, count, seal, lines: () => usersIn(file, count) };
}

async function* usersIn(file: string, count: number) {
  for await (const each of linesOf(file)) if (each.line > 1 && each.line <= count + 1) yield each;
}

/** Lines end with a line feed and nothing else: `node:readline` ends them at U+2028 too, which a name may hold. */
async function* linesOf(file: string): AsyncGenerator<{ readonly line: number; readonly text: string }> {
  let [line, rest] = [0, ''];
  try {
    for await (const chunk of createReadStream(file, 'utf8')) {
      const texts = `${rest}${chunk}`.split('\n');
      rest = texts.pop() ?? '';
      for (const text of texts) {
        line += 1;
        yield { line, text };
      }
    }
  } catch (error) {
    const { syscall, message } = error as NodeJS.ErrnoException;
    throw syscall ? new Refusal(`${file} cannot be read: ${message}`) : error;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
