import { setTimeout as pause } from 'node:timers/promises';
import { now } from '#lib/clock.ts';
import { secretOfMessages } from '#lib/codes/message-secret.ts';
import { deliver } from '#lib/messages/deliver.ts';
import { keepLetters } from '#lib/messages/keep-letters.ts';
import { dynamoLetterStore } from '#lib/messages/letter-store.dynamo.ts';
import { messageFrom } from '#lib/messages/message-item.ts';
import { dynamoMessageStore } from '#lib/messages/message-store.dynamo.ts';
import { refuseLetters } from '#lib/messages/refuse-letters.ts';
import { ssmSenderSecrets } from '#lib/messages/sender-secrets.ssm.ts';
import { letterWriter } from '#lib/messages/write-letter.ts';
import { outboxStream } from '#lib/outbox/outbox-stream.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { messages } from '#messages.ts';

const settings = readSettings();
const secrets = ssmSenderSecrets(settings);
const by = {
  ses: async () => (await import('#lib/messages/sender.ses.ts')).sesSender(settings), // loaded where the stage has it
  aws: async () => (await import('#lib/messages/sender.sms-voice.ts')).smsVoiceSender(settings, { now }),
  smtp: async () => (await import('#lib/messages/sender.smtp.ts')).smtpSender(settings, secrets.smtpUrl),
  webhook: async () => (await import('#lib/messages/sender.webhook.ts')).webhookSender(settings, { secret: secrets.webhookSecret, now }),
  outbox: async () => keepLetters({ letters: dynamoLetterStore(settings), now }),
  off: async () => refuseLetters('the stage has no sender'),
};
const senders = { email: by[settings.EMAIL_SENDER], sms: by[settings.SMS_SENDER] };
const secretOf = secretOfMessages(settings, ssmLookupSecret(settings), now);
const needs = { store: dynamoMessageStore(settings), senders, write: letterWriter(settings, messages), secretOf, now, pause };
export const handler = outboxStream((row) => deliver(needs, messageFrom(row)));
