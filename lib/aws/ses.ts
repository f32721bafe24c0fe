import { SESv2Client } from '@aws-sdk/client-sesv2';
import { withNamedCalls } from './named-calls.ts';

/** The SES client of this process. One try a call: what was sent and not answered would be sent twice by another. */
export function ses(): SESv2Client {
  client ??= withNamedCalls(
    new SESv2Client({ maxAttempts: 1, requestHandler: { connectionTimeout: 2000, requestTimeout: 6000, throwOnRequestTimeout: true } }),
  );
  return client;
}

let client: SESv2Client | undefined;
