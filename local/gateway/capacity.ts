import type { AwsRequest } from './aws-call.ts';
import type { AwsAnswer } from './aws-refusal.ts';

type Consumed = { readonly CapacityUnits?: number };

const counted = /^(Get|Put|Update|Delete|BatchGet|BatchWrite|TransactGet|TransactWrite)Items?$|^(Query|Scan)$/;

/** The same request, which also asks DynamoDB for its cost. A request that already asks, or cannot, stays as it is. */
export function askingCapacity(request: AwsRequest, operation: string): AwsRequest {
  if (!counted.test(operation)) return request;
  const input = JSON.parse(request.body.toString());
  if (input.ReturnConsumedCapacity) return request;
  return { ...request, body: Buffer.from(JSON.stringify({ ...input, ReturnConsumedCapacity: 'TOTAL' })) };
}

/** The answer without the added cost, and the capacity units that it reported. */
export function withoutCapacity(answer: AwsAnswer): { readonly answer: AwsAnswer; readonly units: number } {
  if (answer.status !== 200) return { answer, units: 0 };
  const { ConsumedCapacity, ...output } = JSON.parse(answer.body.toString()) as { ConsumedCapacity?: Consumed | readonly Consumed[] };
  const consumed = [ConsumedCapacity ?? []].flat() as Consumed[];
  const { 'x-amz-crc32': _checksum, ...headers } = answer.headers;
  return {
    answer: { ...answer, headers, body: Buffer.from(JSON.stringify(output)) },
    units: consumed.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0),
  };
}
