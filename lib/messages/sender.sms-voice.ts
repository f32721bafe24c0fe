import { type PinpointSMSVoiceV2Client, SendTextMessageCommand } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { smsVoice } from '#lib/aws/sms-voice.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { failureOf } from './aws-failure.ts';
import { isAddress } from './message.ts';
import type { Sender } from './sender.ts';

type Needs = { readonly now: () => Date; readonly client?: PinpointSMSVoiceV2Client };

/** Sends SMS with AWS End User Messaging, until the letter expires. It does not recognise repeats. */
export function smsVoiceSender({ SMS_ORIGIN: origin }: Pick<Settings, 'SMS_ORIGIN'>, { now, client = smsVoice() }: Needs): Sender {
  return {
    knowsRepeats: false,
    async send({ channel, to, text, expiresAt }) {
      if (channel !== 'sms' || !isAddress('sms', to)) return { refused: 'no number' };
      const left = Math.floor((expiresAt.getTime() - now().getTime()) / 1000);
      const command = new SendTextMessageCommand({
        DestinationPhoneNumber: to,
        MessageBody: text,
        MessageType: 'TRANSACTIONAL',
        TimeToLive: Math.min(Math.max(left, 5), 259_200),
        ...(origin && { OriginationIdentity: origin }),
      });
      return await client.send(command).then(() => 'sent' as const, failureOf);
    },
  };
}
