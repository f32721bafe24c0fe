import { setTimeout as pause } from 'node:timers/promises';

const tries = 4;

/** A wait before try number `attempt + 1`, in milliseconds: exponential with full jitter (AWS Builders' Library). */
const backoff = (attempt: number) => Math.random() * 25 * 2 ** attempt;

/** Tries again, a few times, while others write the same items at the same moment, or the table is busy. */
export async function retriedWhileBusy<T>(write: () => Promise<T | 'busy'>): Promise<T | 'busy'> {
  for (let attempt = 1; attempt < tries; attempt += 1) {
    const outcome = await write();
    if (outcome !== 'busy') return outcome;
    await pause(backoff(attempt));
  }
  return await write();
}

type BatchAnswer = { readonly UnprocessedKeys?: Record<string, { Keys?: Record<string, unknown>[] | undefined }> | undefined };

/** DynamoDB did not answer a whole batch within a few tries; a client is told to come back. */
class BatchUnanswered extends Error {
  override readonly name = 'ThrottlingException';
}

/** What a BatchGet left out, by table, after a wait; throws once that has happened too often. */
export async function unansweredTables(answer: BatchAnswer, attempt: number): Promise<Record<string, Record<string, unknown>[]>> {
  const left = Object.entries(answer.UnprocessedKeys ?? {}).map(([table, { Keys }]) => [table, Keys ?? []] as const);
  if (left.length === 0) return {};
  if (attempt + 1 >= tries) throw new BatchUnanswered('BatchGetItem left keys unanswered');
  await pause(backoff(attempt + 1));
  return Object.fromEntries(left);
}

/** A list in parts of at most `size`. */
export function batches<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size));
}
