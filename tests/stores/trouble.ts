import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** The SDK's name of a command, such as `UpdateItemCommand`, and how often it is disturbed. */
type Trouble = { readonly command: string; readonly times: number };
type Troubled = { readonly client: DynamoDBDocumentClient; readonly met: () => number };

/** Every such command is done, but its answer is lost, so that the SDK repeats it. */
export function withLostAnswers(client: DynamoDBDocumentClient, trouble: Trouble): Troubled {
  return troubled(client, trouble, async (send) => {
    await send();
    throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  });
}

/** Every such command is refused with these reasons, and nothing is done. */
export function withCancellations(client: DynamoDBDocumentClient, trouble: Trouble, reasons: readonly string[]): Troubled {
  return troubled(client, trouble, async () => {
    const message = `Transaction cancelled [${reasons.join(', ')}]`;
    throw new TransactionCanceledException({
      message,
      $metadata: { httpStatusCode: 400 },
      CancellationReasons: reasons.map((Code) => ({ Code })),
    });
  });
}

function troubled(
  client: DynamoDBDocumentClient,
  { command, times }: Trouble,
  make: (send: () => Promise<unknown>) => Promise<never>,
): Troubled {
  let met = 0;
  client.middlewareStack.add(
    (next, context) => async (given) => {
      if (context['commandName'] !== command || met >= times) return await next(given);
      met += 1;
      return await make(() => next(given));
    },
    { step: 'deserialize', name: 'trouble', priority: 'high' },
  );
  return { client, met: () => met };
}
