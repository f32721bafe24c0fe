import { LambdaClient } from '@aws-sdk/client-lambda';
import { withNamedCalls } from './named-calls.ts';

/**
 * The Lambda client of this process. One try a call: an invocation that did not answer may still run. Each call opens a connection,
 * because one that was kept may have died while the function was frozen. 12 s are the eight of the decoder and its start.
 */
export function lambda(): LambdaClient {
  client ??= withNamedCalls(
    new LambdaClient({
      maxAttempts: 1,
      requestHandler: {
        ...{ httpAgent: { keepAlive: false }, httpsAgent: { keepAlive: false } },
        ...{ connectionTimeout: 1000, requestTimeout: 12_000, throwOnRequestTimeout: true },
      },
    }),
  );
  return client;
}

let client: LambdaClient | undefined;
