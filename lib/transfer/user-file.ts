import { createHash } from 'node:crypto';
import * as v from 'valibot';

/**
 * The first line of a file of users: what it is, its stage and time, and how its passwords are sealed (null: they are
 * not).
 */
export type UserFileHead = v.InferOutput<typeof head>;

/**
 * The last line: the number of users, the SHA-256 of every byte before it, and what authenticates that if the file is
 * sealed.
 */
export type UserFileEnd = v.InferOutput<typeof end>;

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const base64url = v.pipe(v.string(), v.regex(/^[\w-]{16,64}$/));

const head = v.strictObject({
  gatehouse: v.literal('users'),
  version: v.literal(1),
  stage: v.string(),
  exported_at: v.string(),
  sealed: v.nullable(v.strictObject({ kdf: v.literal('scrypt'), n: whole, r: whole, p: whole, salt: base64url, check: base64url })),
});

const end = v.strictObject({
  gatehouse: v.literal('end'),
  count: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  vouched: v.nullable(base64url),
});

/** Reads the first line. Undefined if it is not one, or is of another version. */
export const readHead = (json: unknown): UserFileHead | undefined => read(head, json);

/** Reads the last line. Undefined if it is not one. */
export const readEnd = (json: unknown): UserFileEnd | undefined => read(end, json);

function read<Schema extends v.GenericSchema>(schema: Schema, json: unknown): v.InferOutput<Schema> | undefined {
  const { success, output } = v.safeParse(schema, json);
  return success ? output : undefined;
}

/** Counts the users between the first and the last line, and computes the digest of all lines. */
export function tallyOf(firstLine: string) {
  const hash = createHash('sha256').update(`${firstLine}\n`);
  let count = 0;
  return {
    add(line: string): void {
      hash.update(`${line}\n`);
      count += 1;
    },
    /** The values for the last line. Nothing can be added afterwards. */
    total: (): { readonly count: number; readonly sha256: string } => ({ count, sha256: hash.digest('hex') }),
  };
}
