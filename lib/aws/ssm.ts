import { SSMClient } from '@aws-sdk/client-ssm';
import { withNamedCalls } from './named-calls.ts';

/** The Parameter Store client of this process, with the same patience as every other client here. */
export function ssm(): SSMClient {
  client ??= make();
  return client;
}

let client: SSMClient | undefined;

function make(): SSMClient {
  return withNamedCalls(
    new SSMClient({ maxAttempts: 3, requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true } }),
  );
}
