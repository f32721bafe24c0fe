import { JSONParser } from '@streamparser/json';
import { Refusal } from '#local/refusal.ts';
import { bytesOf } from './file-text.ts';

/**
 * The items of an array in a JSON file, one after the other. `path` is the place of the items, such as `$.*`. Only the
 * last part read is in memory. Throws a Refusal if the file is not JSON or ends too early.
 */
export async function* itemsOf(file: string, path: '$.*' | '$.Users.*'): AsyncGenerator<unknown> {
  const parser = new JSONParser({ paths: [path], keepStack: false });
  let ready: unknown[] = [];
  parser.onValue = ({ value }) => ready.push(value);
  let read = 0;
  for await (const chunk of bytesOf(file)) {
    const before = read;
    read += chunk.length;
    if (parser.isEnded && /^\s*$/.test(chunk.toString('latin1'))) continue;
    try {
      parser.write(chunk);
    } catch (error) {
      throw broken(file, error, before);
    }
    yield* ready;
    ready = [];
  }
  if (!parser.isEnded) throw new Refusal(`${file} is cut off: its JSON does not end within its ${read} bytes.`);
}

/** The parser's own sentence quotes the input, which may be personal. */
function broken(file: string, error: unknown, before: number): Refusal {
  const position = /absolute position "(\d+)"/.exec((error as Error).message)?.[1];
  const where = position === undefined ? `after byte ${before}` : `at byte ${Number(position) + 1}`;
  return new Refusal(`${file} is not valid JSON ${where}. Nothing was imported.`);
}
