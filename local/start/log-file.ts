import { appendFileSync, renameSync, statSync } from 'node:fs';
import { Refusal } from '#local/refusal.ts';

type LogFile = { write(text: string): void };

/**
 * Opens the log of the functions for appending, with a line for this start. Throws a Refusal if it cannot be written.
 * Beyond `limit` bytes (10 MB) it becomes `<file>.1` and replaces the earlier one. A text is in the file when `write`
 * returns. Each line begins with the time, as the first member if it is a JSON object.
 */
export function openLog(file: string, command: string, limit = 10_000_000): LogFile {
  let size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  let isBroken = false;

  function append(text: string): void {
    if (size > limit) {
      renameSync(file, `${file}.1`);
      size = 0;
    }
    appendFileSync(file, text, { mode: 0o600 });
    size += Buffer.byteLength(text);
  }

  try {
    append(`${JSON.stringify({ level: 'info', event: 'start', command, time: new Date().toISOString() })}\n`);
  } catch (error) {
    throw new Refusal(`The log ${file} cannot be written (${(error as Error).message}).`);
  }
  return {
    write(text) {
      if (isBroken) return;
      try {
        append(timed(text, new Date()));
      } catch (error) {
        isBroken = true;
        console.error(`The log ${file} is not written any more: ${(error as Error).message}`);
      }
    },
  };
}

/** CloudWatch gives every event a time; a file has none. */
function timed(text: string, now: Date): string {
  const time = now.toISOString();
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => (/^\{"(?!time")/.test(line) ? `{"time":"${time}",${line.slice(1)}\n` : `${time} ${line}\n`))
    .join('');
}
