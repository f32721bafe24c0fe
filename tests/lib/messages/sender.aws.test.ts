import { PinpointSMSVoiceV2Client } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { simpleParser } from 'mailparser';
import { describe, expect, test } from 'vitest';
import { sesSender } from '#lib/messages/sender.ses.ts';
import { smsVoiceSender } from '#lib/messages/sender.sms-voice.ts';
import { localCredentials } from '#local/emulators/emulator.ts';
import { type Answered, nobodysEndpoint, startStub } from './aws-stub.ts';
import { madeLetter } from './made-letter.ts';
import { noon } from './made-message.ts';
import { type Behaviour, promisesOfSender } from './sender.contract.ts';

/** The wait is short only if no answer is expected; elsewhere a busy machine must not be taken for silence. */
const options = (endpoint: string, requestTimeout = 5000) => ({
  ...{ endpoint, region: 'eu-central-1', credentials: localCredentials, maxAttempts: 1 },
  requestHandler: { connectionTimeout: 5000, requestTimeout, throwOnRequestTimeout: true },
});
const settings = { MESSAGE_FROM_NAME: 'Gatehouse', MESSAGE_FROM_EMAIL: 'accounts@example.com', SMS_ORIGIN: 'pool-1' };
const failing = (status: number, name: string, more: object = {}): Answered => ({
  status,
  headers: { 'x-amzn-errortype': name },
  body: { __type: name, message: 'Address ann@example.com +8613800138000 is not good', ...more },
});
const taken: Answered = { status: 200, body: { MessageId: 'message-1' } };

const sesAt = (endpoint: string, given = settings, wait?: number) => sesSender(given, new SESv2Client(options(endpoint, wait)));
const smsAt = (endpoint: string, given = settings, wait?: number) =>
  smsVoiceSender(given, { now: () => noon, client: new PinpointSMSVoiceV2Client(options(endpoint, wait)) });

promisesOfSender('ses', 'email', async (behaviour: Behaviour) => {
  const answers = { takes: taken, busy: failing(429, 'TooManyRequestsException'), refuses: failing(400, 'MessageRejected') };
  const { endpoint, asked, stop } = await startStub(() => answers[behaviour as keyof typeof answers]);
  const arrived = () =>
    asked.map(({ body }) => {
      const { Destination, Content } = JSON.parse(body);
      return { to: Destination.ToAddresses.join(), text: Content.Simple.Body.Text.Data };
    });
  return {
    sender: sesAt(behaviour === 'gone' ? await nobodysEndpoint() : endpoint, settings, behaviour === 'silent' ? 300 : undefined),
    arrived,
    stop,
  };
});

promisesOfSender('aws', 'sms', async (behaviour: Behaviour) => {
  const reason = { Reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' };
  const answers = { takes: taken, busy: failing(400, 'ThrottlingException'), refuses: failing(400, 'ConflictException', reason) };
  const { endpoint, asked, stop } = await startStub(() => answers[behaviour as keyof typeof answers]);
  const arrived = () =>
    asked.map(({ body }) => {
      const { DestinationPhoneNumber: to, MessageBody: text } = JSON.parse(body);
      return { to, text };
    });
  return {
    sender: smsAt(behaviour === 'gone' ? await nobodysEndpoint() : endpoint, settings, behaviour === 'silent' ? 300 : undefined),
    arrived,
    stop,
  };
});

describe('the call of AWS', () => {
  test('for an e-mail is SendEmail of SES v2, from the stage, with both bodies, and marked as automatic', async () => {
    const { endpoint, asked, stop } = await startStub(() => taken);
    const letter = madeLetter();
    await sesAt(endpoint).send(letter);
    await stop();
    expect(asked.map(({ method, path }) => [method, path])).toEqual([['POST', '/v2/email/outbound-emails']]);
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
      FromEmailAddress: '"Gatehouse" <accounts@example.com>',
      Destination: { ToAddresses: ['ann@example.com'] },
      Content: {
        Simple: {
          Subject: { Data: 'Your Gatehouse code', Charset: 'UTF-8' },
          Body: { Text: { Data: letter.text, Charset: 'UTF-8' }, Html: { Data: expect.stringContaining('493817'), Charset: 'UTF-8' } },
          Headers: [
            { Name: 'Auto-Submitted', Value: 'auto-generated' },
            { Name: 'X-Auto-Response-Suppress', Value: 'All' },
            { Name: 'Content-Language', Value: 'en' },
          ],
        },
      },
    });
    expect(asked[0]?.headers.authorization).toMatch(/\/eu-central-1\/ses\/aws4_request/);
  });

  test.for(['门房账户服务', '一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二', 'Ann & Co'])(
    'for an e-mail from %s has a name that every mail reader understands',
    async (name) => {
      const { endpoint, asked, stop } = await startStub(() => taken);
      await sesAt(endpoint, { ...settings, MESSAGE_FROM_NAME: name }).send(madeLetter());
      await stop();
      const { FromEmailAddress: from } = JSON.parse(asked[0]?.body ?? '');
      expect(from).toMatch(/^[\x20-\x7e]+$/);
      for (const word of from.split(' ')) expect(word.length).toBeLessThanOrEqual(75); // RFC 2047 §2
      const { from: read } = await simpleParser(`From: ${from}\r\n\r\n`);
      expect(read?.value).toEqual([{ name, address: 'accounts@example.com' }]);
    },
  );

  test('for an SMS is SendTextMessage of End User Messaging, which stops trying when the code has expired', async () => {
    const { endpoint, asked, stop } = await startStub(() => taken);
    const letter = madeLetter({ channel: 'sms', to: '+8613800138000' });
    await smsAt(endpoint).send(letter);
    await smsAt(endpoint, { ...settings, SMS_ORIGIN: '' }).send({ ...letter, expiresAt: noon });
    await stop();
    expect(asked[0]?.headers['x-amz-target']).toBe('PinpointSMSVoiceV2.SendTextMessage');
    expect(asked.map(({ body }) => JSON.parse(body))).toEqual([
      {
        ...{ DestinationPhoneNumber: '+8613800138000', MessageBody: letter.text, MessageType: 'TRANSACTIONAL' },
        ...{ TimeToLive: 600, OriginationIdentity: 'pool-1' },
      },
      { DestinationPhoneNumber: '+8613800138000', MessageBody: letter.text, MessageType: 'TRANSACTIONAL', TimeToLive: 5 },
    ]);
  });

  test.for([
    ['a server of AWS that is not well', failing(500, 'InternalServerException'), 'TryAgain: InternalServerException'],
    ['a role that may not send', failing(403, 'AccessDeniedException'), 'TryAgain: AccessDeniedException'],
    ['an account that may not send', failing(400, 'AccountSuspendedException'), 'TryAgain: AccountSuspendedException'],
    ['a domain that is not verified', failing(400, 'MailFromDomainNotVerifiedException'), 'TryAgain: MailFromDomainNotVerifiedException'],
  ] as const)('is tried again after %s, which is not about the letter', async ([, answer, thrown]) => {
    const { endpoint, asked, stop } = await startStub(() => answer);
    const outcome = await sesAt(endpoint)
      .send(madeLetter())
      .catch((error: Error) => `${error.name}: ${error.message}`);
    await stop();
    expect([outcome, asked.length]).toEqual([thrown, 1]);
  });

  test('for an SMS that is refused gives AWS’s own reason', async () => {
    const { endpoint, stop } = await startStub(() => failing(400, 'ConflictException', { Reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' }));
    const outcome = await smsAt(endpoint).send(madeLetter({ channel: 'sms', to: '+8613800138000' }));
    await stop();
    expect(outcome).toEqual({ refused: 'ConflictException DESTINATION_PHONE_NUMBER_OPTED_OUT' });
  });
});
