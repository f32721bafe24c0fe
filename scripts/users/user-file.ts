import { createReadStream } from 'node:fs';
import { openPasswordSeal, type PasswordSeal } from '#lib/transfer/password-seal.ts';
import { readEnd, readHead, tallyOf, type UserFileHead } from '#lib/transfer/user-file.ts';
import { Refusal } from '#local/refusal.ts';

/** A complete file of users. */
export type UserFile = {
  readonly head: UserFileHead;
  readonly count: number;
  /** Opens its passwords; undefined if they are not sealed. */
  readonly seal: PasswordSeal | undefined;
  /** Its users as JSON, not parsed (`readRecord`), with their line numbers; the first user is on line 2. */
  lines(): AsyncGenerator<{ readonly line: number; readonly text: string }>;
};

/**
 * Reads a file of users once from end to end, a line at a time, and checks that nothing is missing or changed.
 * `askPassphrase` is called if it is sealed. Throws a Refusal if it is not such a file, is incomplete, or has another
 * passphrase.
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
    if (!head) throw new Refusal(`${file} is not a file of users that this version can read.`);
    if (head.sealed) seal = await openPasswordSeal(await askPassphrase(), head.sealed);
    if (head.sealed && !seal) throw new Refusal(`The passphrase does not open ${file}.`);
    tally = tallyOf(text);
  }
  const end = last === undefined ? undefined : readEnd(jsonOf(last));
  if (!head || !tally || !end) throw new Refusal(`${file} is cut off: its last line, with the number of users, is missing.`);
  const { count, sha256 } = tally.total();
  const isWhole = end.count === count && end.sha256 === sha256 && end.vouched === (seal?.vouch(sha256) ?? null);
  if (!isWhole) throw new Refusal(`${file} was changed after it was written, or lines are missing.`);
  return { head, count, seal, lines: () => usersIn(file, count) };
}

async function* usersIn(file: string, count: number) {
  for await (const each of linesOf(file)) if (each.line > 1 && each.line <= count + 1) yield each;
}

/** Only a line feed ends a line: `node:readline` also splits at U+2028, which a name may hold. */
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
