import type { DynamoDBRecord } from 'aws-lambda';
import { type DeadLetter, deadLetter } from './dead-letter.ts';
import type { Mapping } from './mapping.ts';

/** The result of a run: its answer, an error (it threw, died or timed out), or that it could not be run at all. */
export type Run = { readonly answered: unknown } | 'failed' | 'not-run';

export type DeliveryNeeds = {
  readonly run: (records: readonly DynamoDBRecord[]) => Promise<Run>;
  readonly tell: (letter: DeadLetter) => Promise<unknown>;
  /** Waits before attempt `attempt + 1`; false if there is no further attempt, because the process stops. */
  readonly pause: (attempt: number) => Promise<boolean>;
  readonly now: () => Date;
};

export type Place = { readonly shardId: string; readonly functionArn: string };

/**
 * Passes a batch to a function until it is done or given up, as an event source mapping does (Lambda: "Process DynamoDB
 * records", "Configuring partial batch response"). Items before the first one that the function reports are done. A
 * batch that fails as a whole is split in two if the mapping says so, which costs no attempt. After the last attempt,
 * or once too old, the rest becomes a dead letter. False if it was stopped before that.
 */
export async function deliver(mapping: Mapping, place: Place, needs: DeliveryNeeds, batch: readonly DynamoDBRecord[]): Promise<boolean> {
  const giveUp = async (records: readonly DynamoDBRecord[], condition: DeadLetter['requestContext']['condition'], past: Past) => {
    if (records.length === 0 || !mapping.deadLetters) return;
    const { streamArn } = mapping;
    await needs.tell(deadLetter({ ...place, ...past, records, streamArn, condition, now: needs.now() }));
  };

  async function attempt(all: readonly DynamoDBRecord[], past: Past): Promise<boolean> {
    const isOld = ({ dynamodb }: DynamoDBRecord) =>
      needs.now().getTime() / 1000 - (dynamodb?.ApproximateCreationDateTime ?? 0) > mapping.maximumAgeSeconds;
    await giveUp(all.filter(isOld), 'RecordAgeExceeded', past);
    const records = all.filter((record) => !isOld(record));
    if (records.length === 0) return true;

    const run = await needs.run(records);
    if (run === 'not-run') return (await needs.pause(past.tries)) && (await attempt(records, past));
    const from = firstFailed(run, records, mapping.takesItemFailures);
    if (from === undefined) return true;
    const left = records.slice(from);
    const now: Past = { invocations: past.invocations + 1, tries: past.tries, lastError: run === 'failed' ? 'Unhandled' : null };
    if (from === 0 && left.length > 1 && mapping.splitsFailedBatch) {
      const middle = Math.ceil(left.length / 2);
      return (await attempt(left.slice(0, middle), now)) && (await attempt(left.slice(middle), now));
    }
    if (now.tries >= mapping.retries) {
      await giveUp(left, 'RetryAttemptsExhausted', now);
      return true;
    }
    return (await needs.pause(now.tries)) && (await attempt(left, { ...now, tries: now.tries + 1 }));
  }

  return await attempt(batch, { invocations: 0, tries: 0, lastError: null });
}

type Past = { readonly invocations: number; readonly tries: number; readonly lastError: 'Unhandled' | null };

/**
 * The place to continue the batch; undefined if all of it is done. An answer that names an item outside the batch fails
 * all of it.
 */
function firstFailed(run: Exclude<Run, 'not-run'>, records: readonly DynamoDBRecord[], takesItemFailures: boolean): number | undefined {
  if (run === 'failed') return 0;
  if (!takesItemFailures) return undefined;
  const { batchItemFailures: failures } = (run.answered ?? {}) as { batchItemFailures?: { itemIdentifier?: unknown }[] | null };
  if (!failures || failures.length === 0) return undefined;
  const numbers = records.map(({ dynamodb }) => dynamodb?.SequenceNumber);
  return Math.max(0, Math.min(...failures.map(({ itemIdentifier }) => numbers.indexOf(itemIdentifier as string))));
}
