import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { encodeWords } from 'nodemailer/lib/mime-funcs';
import { ses } from '#lib/aws/ses.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { failureOf } from './aws-failure.ts';
import { mailHeaders } from './mail-headers.ts';
import { isAddress } from './message.ts';
import type { Sender } from './sender.ts';

/** Sends e-mail with Amazon SES (SendEmail, API v2). SES does not recognise repeats. */
export function sesSender(
  { MESSAGE_FROM_NAME: name, MESSAGE_FROM_EMAIL: address }: Pick<Settings, 'MESSAGE_FROM_NAME' | 'MESSAGE_FROM_EMAIL'>,
  client: SESv2Client = ses(),
): Sender {
  const from = `${/^[\x20-\x7e]*$/.test(name) ? `"${name}"` : encodeWords(name, 'B', 52, true)} <${address}>`;
  const inUtf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });
  return {
    knowsRepeats: false,
    async send(letter) {
      if (letter.channel !== 'email' || !isAddress('email', letter.to)) return { refused: 'no e-mail address' };
      const command = new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [letter.to] },
        Content: {
          Simple: {
            Subject: inUtf8(letter.subject),
            Body: { Text: inUtf8(letter.text), Html: inUtf8(letter.html) },
            Headers: Object.entries(mailHeaders(letter)).map(([Name, Value]) => ({ Name, Value })),
          },
        },
      });
      return await client.send(command).then(() => 'sent' as const, failureOf);
    },
  };
}
