import { PinpointSMSVoiceV2Client } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { withNamedCalls } from './named-calls.ts';

/** The AWS End User Messaging client of this process. One try a call, as with SES. */
export function smsVoice(): PinpointSMSVoiceV2Client {
  client ??= withNamedCalls(
    new PinpointSMSVoiceV2Client({
      maxAttempts: 1,
      requestHandler: { connectionTimeout: 2000, requestTimeout: 6000, throwOnRequestTimeout: true },
    }),
  );
  return client;
}

let client: PinpointSMSVoiceV2Client | undefined;
