import { createReadStream } from 'node:fs';
import { Refusal } from '#local/refusal.ts';

/** The maximum size of a row: a row in DynamoDB holds 400 kB. */
export const mostBytes = 1_048_576;

const lineFeed = 0x0a;

/** The bytes of a file, or a Refusal if it cannot be read. */
export async function* bytesOf(file: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 262_144 })) yield chunk;
  } catch (error) {
    const { syscall, message } = error as NodeJS.ErrnoException;
    throw syscall ? new Refusal(`${file} cannot be read: ${message}`) : error;
  }
}

/** Its text without a byte order mark, or a Refusal if it is not UTF-8. */
export async function* textOf(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let before = 0;
  const decode = (chunk?: Buffer) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw new Refusal(`${file} is not UTF-8 (about byte ${before + 1} or after it): convert it first.`);
    }
  };
  for await (const chunk of bytesOf(file)) {
    yield decode(chunk);
    before += chunk.length;
  }
  yield decode();
}

type Line = { readonly line: number; readonly text: string } | { readonly line: number; readonly broken: string };

/** Its lines from 1 on without their ends; blank ones are left out. A line that is too long is never held in memory. */
export async function* linesOf(file: string): AsyncGenerator<Line> {
  let [line, parts, length]: [number, Buffer[], number] = [1, [], 0];
  const keep = (part: Buffer) => {
    length += part.length;
    if (length <= mostBytes) parts.push(part);
    else parts = [];
  };
  const take = (): Line | undefined => {
    const read = length > mostBytes ? { line, broken: `is longer than ${mostBytes} bytes` } : decoded(line, Buffer.concat(parts));
    [line, parts, length] = [line + 1, [], 0];
    return read;
  };
  for await (const chunk of bytesOf(file)) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      keep(chunk.subarray(start, end));
      const read = take();
      if (read) yield read;
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  const last = take();
  if (last) yield last;
}

function decoded(line: number, bytes: Buffer): Line | undefined {
  try {
    // A byte order mark is left out only at the beginning of the file.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: line > 1 }).decode(bytes);
    return text.trim() === '' ? undefined : { line, text };
  } catch {
    return { line, broken: 'is not UTF-8' };
  }
}
