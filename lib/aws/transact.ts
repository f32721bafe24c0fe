import { type CancellationReason, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { retriedWhileBusy } from './patience.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * One write of a transaction. `unmet` is the answer if its condition is unmet. A function makes it of the row found, which is there if the
 * write asks for `ReturnValuesOnConditionCheckFailure`.
 */
export type Write<Unmet> = NonNullable<TransactWriteCommandInput['TransactItems']>[number] & {
  readonly unmet?: Unmet | ((found: Row | undefined) => Unmet);
};

type Options = Pick<TransactWriteCommandInput, 'ClientRequestToken' | 'ReturnConsumedCapacity'>;

const busyCodes = ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'];

/**
 * Writes all or nothing. Returns what was in the way: an empty list once all is written, else the answers of the unmet conditions in the order
 * of the writes. It is `busy` if no condition was unmet, but rows were busy in each of four tries. The token makes the SDK's retry after a
 * lost answer the same write. Throws for any other reason, such as an item that is too large, or an unmet condition that has no answer.
 */
export async function transact<const Unmet = never>(
  client: DynamoDBDocumentClient,
  token: string,
  writes: readonly Write<Unmet>[],
): Promise<readonly (Unmet | 'busy')[]> {
  const outcome = await retriedWhileBusy(async () => {
    const { unmet, isBusy } = await transactOnce(client, writes, { ClientRequestToken: token });
    return isBusy && unmet.length === 0 ? 'busy' : unmet;
  });
  return outcome === 'busy' ? ['busy'] : outcome;
}

/** One try of `transact`, for a caller that decides itself when to try again. An unmet condition and a busy row may come together. */
export async function transactOnce<const Unmet = never>(client: DynamoDBDocumentClient, writes: readonly Write<Unmet>[], options: Options) {
  const command = new TransactWriteCommand({ TransactItems: writes.map(({ unmet, ...write }) => write), ...options });
  try {
    const { ConsumedCapacity } = await client.send(command);
    return { unmet: [], isBusy: false, ConsumedCapacity };
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const reasons = error.CancellationReasons ?? []; // in the order of the writes
    const unmet = writes.flatMap((write, index) => answersOf(write, reasons[index]));
    const given = reasons.filter(({ Code }) => Code !== 'None');
    const busy = given.filter(({ Code = '' }) => busyCodes.includes(Code));
    if (unmet.length === 0 && (busy.length === 0 || busy.length < given.length)) throw error;
    return { unmet, isBusy: busy.length > 0 };
  }
}

function answersOf<Unmet>({ unmet }: Write<Unmet>, reason: CancellationReason | undefined): Unmet[] {
  if (reason?.Code !== 'ConditionalCheckFailed' || unmet === undefined) return [];
  // The document client leaves the row found in wire form.
  return [isFunction(unmet) ? unmet(reason.Item && unmarshall(reason.Item)) : unmet];
}

const isFunction = <Unmet>(unmet: Write<Unmet>['unmet']): unmet is (found: Row | undefined) => Unmet => typeof unmet === 'function';
