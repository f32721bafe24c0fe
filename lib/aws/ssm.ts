import { SSMClient } from '@aws-sdk/client-ssm';

/** The Parameter Store client of this process, with the same patience as every other client here. */
export function ssm(): SSMClient {
  client ??= make();
  return client;
}

let client: SSMClient | undefined;

function make(): SSMClient {
  return new SSMClient({ maxAttempts: 3, requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true } });
}
