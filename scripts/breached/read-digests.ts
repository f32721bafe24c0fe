import { Refusal } from '#local/refusal.ts';

/** Hears a line: the bytes that begin with its 40 hexadecimal digits at `at`, which hold until the call returns, and its count. */
type OnLine = (bytes: Buffer, at: number, count: number) => void;

const digits = 40;
/** A SHA-1, a colon, 15 digits and a carriage return. */
const longest = 57;
const [newline, carriageReturn, colon, zero] = [10, 13, 58, 48];

/**
 * Reads lines such as `5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:9659365`, as the downloader of Pwned Passwords writes them; a line without a
 * count has the count 1. Lines may end with CRLF, and empty ones are skipped. A line may be cut by the end of a chunk. Throws a Refusal
 * with the number of the first other line. Memory is one chunk.
 */
export async function readDigests(chunks: AsyncIterable<Buffer>, onLine: OnLine, onChunk: (bytes: number) => void): Promise<void> {
  let number = 0;
  let rest: Buffer = Buffer.alloc(0);
  const line = (bytes: Buffer, from: number, to: number) => {
    number += 1;
    const end = to > from && bytes[to - 1] === carriageReturn ? to - 1 : to;
    if (end === from) return;
    const count = countOf(bytes, from, end);
    if (count === undefined) throw new Refusal(`Line ${number} is not a SHA-1 of 40 hexadecimal digits, alone or with :count behind it.`);
    onLine(bytes, from, count);
  };
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let to = bytes.indexOf(newline); to !== -1; to = bytes.indexOf(newline, from)) {
      line(bytes, from, to);
      from = to + 1;
    }
    rest = Buffer.from(bytes.subarray(from));
    if (rest.length > longest) line(rest, 0, rest.length); // not a line of this file: it is not waited for
    onChunk(chunk.length);
  }
  line(rest, 0, rest.length);
}

/** The count of a line; undefined if the line is malformed. */
function countOf(bytes: Buffer, from: number, end: number): number | undefined {
  const length = end - from;
  if (length > longest || length < digits || !isHexadecimal(bytes, from)) return undefined;
  if (length === digits) return 1;
  if (bytes[from + digits] !== colon || length === digits + 1) return undefined;
  let count = 0;
  for (let at = from + digits + 1; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - zero;
    if (digit < 0 || digit > 9) return undefined;
    count = count * 10 + digit;
  }
  return count;
}

function isHexadecimal(bytes: Buffer, from: number): boolean {
  for (let at = from; at < from + digits; at += 1) {
    const sign = bytes[at] ?? 0;
    const isDigit = sign >= 48 && sign <= 57;
    const lower = sign | 32;
    if (!isDigit && (lower < 97 || lower > 102)) return false;
  }
  return true;
}

/** Writes the 20 bytes of a SHA-1 into `target`. */
export function decodeDigest(bytes: Buffer, at: number, target: Buffer): void {
  target.write(bytes.toString('latin1', at, at + digits), 'hex');
}
