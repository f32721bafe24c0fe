import { S3Client } from '@aws-sdk/client-s3';
import { withNamedCalls } from './named-calls.ts';

/**
 * The S3 client of this process, as patient as the other ones here: three tries, one second to connect, two to answer.
 * Region, credentials and endpoint are the environment's; an endpoint that is an IP address is spoken to in path style.
 */
export function s3(): S3Client {
  client ??= make();
  return client;
}

let client: S3Client | undefined;

function make(): S3Client {
  return withNamedCalls(
    new S3Client({
      maxAttempts: 3,
      // Without `throwOnRequestTimeout` the SDK logs a slow answer and goes on waiting for it.
      requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
    }),
  );
}
