import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { describe, expect, test } from 'vitest';
import type { EmailLetter } from '#lib/messages/letter.ts';
import { type Template, templateChannels } from '#lib/messages/message.ts';
import { smtpSender } from '#lib/messages/sender.smtp.ts';
import { nobodysEndpoint } from './aws-stub.ts';
import { madeLetter } from './made-letter.ts';
import { promisesOfSender } from './sender.contract.ts';

type Received = { readonly to: readonly string[]; readonly from: string; readonly mail: ParsedMail };

/** A mail server that keeps what it is given; `options` change it. */
async function mailServer(options: SMTPServerOptions = {}) {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, { envelope }, done) {
      simpleParser(stream).then((mail) => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : '';
        received.push({ to: envelope.rcptTo.map(({ address }) => address), from, mail });
        done();
      }, done);
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { url: `smtp://127.0.0.1:${port}`, port, received, stop: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}

const settings = { MESSAGE_FROM_NAME: 'Gatehouse', MESSAGE_FROM_EMAIL: 'accounts@example.com' };
const short = { answer: 500, whole: 2000 };
const senderAt = (url: string, given = settings, patience = { answer: 5000, whole: 9000 }) => smtpSender(given, async () => url, patience);
const failing = (responseCode: number) => Object.assign(new Error(`5.1.1 <ann@example.com> no`), { responseCode });

promisesOfSender('smtp', 'email', async (behaviour) => {
  if (behaviour === 'gone') {
    const url = (await nobodysEndpoint()).replace('http', 'smtp');
    return { sender: senderAt(url), arrived: () => [], stop: async () => undefined };
  }
  const behaviours: Partial<Record<typeof behaviour, SMTPServerOptions>> = {
    busy: { onRcptTo: (_address, _session, done) => done(failing(451)) },
    refuses: { onRcptTo: (_address, _session, done) => done(failing(550)) },
    silent: { onData: (stream) => void stream.resume(), closeTimeout: 10 },
  };
  const { url, received, stop } = await mailServer(behaviours[behaviour]);
  const arrived = () => received.map(({ to, mail }) => ({ to: to.join(), text: `${mail.text}`.replace(/\n*$/, '\n') }));
  return { sender: behaviour === 'silent' ? senderAt(url, settings, short) : senderAt(url), arrived, stop };
});

describe('a mail', () => {
  const read = async (letter: EmailLetter, given = settings) => {
    const { url, received, stop } = await mailServer();
    expect(await senderAt(url, given).send(letter)).toBe('sent');
    await stop();
    return received[0] as Received;
  };

  const templates = Object.keys(templateChannels) as Template[];
  const every = templates.flatMap((template) => (['en', 'zh-CN'] as const).map((language) => ({ template, language })));
  test.for(every)('of $template in $language is read as it was written', async ({ template, language }) => {
    const letter = madeLetter({ template, language, values: { address: '192.0.2.7' } }) as EmailLetter;
    const { from, to, mail } = await read(letter);
    expect([from, to]).toEqual(['accounts@example.com', ['ann@example.com']]);
    expect(mail.subject).toBe(letter.subject);
    expect(mail.text?.trimEnd()).toBe(letter.text.trimEnd());
    expect(String(mail.html).trim()).toBe(letter.html.trim());
    expect(mail.from?.text).toBe('"Gatehouse" <accounts@example.com>');
    expect([mail.attachments, mail.cc, mail.bcc]).toEqual([[], undefined, undefined]);
    expect(mail.headers.get('content-language')).toBe(language);
  });

  test('says that it is automatic, and always has the same id', async () => {
    const letter = madeLetter() as EmailLetter;
    const { mail } = await read(letter);
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
    expect(mail.messageId).toBe(`<${letter.id}@example.com>`);
  });

  test('comes from a name in Chinese', async () => {
    const { mail } = await read(madeLetter() as EmailLetter, { ...settings, MESSAGE_FROM_NAME: '门房账户' });
    expect(mail.from?.value).toEqual([{ name: '门房账户', address: 'accounts@example.com' }]);
  });

  test('stays one mail to one address, whatever its subject', async () => {
    const letter = { ...madeLetter(), subject: 'Hello\r\nBcc: eve@example.com\r\n\r\nOther words' } as EmailLetter;
    const { to, mail } = await read(letter);
    expect([to, mail.bcc]).toEqual([['ann@example.com'], undefined]);
    expect(mail.text?.trimEnd()).toBe(letter.text.trimEnd());
  });
});

describe('a mail server', () => {
  const outcome = async (url: string, patience?: typeof short) =>
    await senderAt(url, settings, patience)
      .send(madeLetter())
      .catch((error: Error) => `${error.name}: ${error.message}`);

  test('can refuse a letter for good once it has read it', async () => {
    const { url, stop } = await mailServer({
      onData: (stream, _session, done) => {
        stream.resume();
        stream.on('end', () => done(failing(554)));
      },
    });
    expect(await outcome(url)).toEqual({ refused: 'SMTP 554 5.1.1' });
    await stop();
  });

  test('that refuses our login does not refuse the letter, which waits', async () => {
    const { port, stop } = await mailServer({
      authOptional: false,
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      onAuth: (_auth, _session, done) => done(failing(535)),
    });
    expect(await outcome(`smtp://user:wrong@127.0.0.1:${port}`)).toMatch(/^TryAgain: SMTP 535/);
    await stop();
  });

  test('gets our user name and password', async () => {
    const known: string[] = [];
    const { port, received, stop } = await mailServer({
      authOptional: false,
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      onAuth: ({ username, password }, _session, done) => {
        known.push(`${username} ${password}`);
        done(null, { user: username });
      },
    });
    expect(await outcome(`smtp://ann%40example.com:p%23ss@127.0.0.1:${port}`)).toBe('sent');
    await stop();
    expect([known, received.length]).toEqual([['ann@example.com p#ss'], 1]);
  });

  test('on another machine gets nothing without TLS', async () => {
    let greeted = 0;
    const { port, received, stop } = await mailServer({
      onConnect: (_session, done) => {
        greeted += 1;
        done();
      },
    });
    // An address of this machine that the sender does not recognise as local.
    expect(await outcome(`smtp://[::ffff:127.0.0.1]:${port}`)).toMatch(/^TryAgain: SMTP (E|5)/);
    expect(greeted).toBe(1);
    await stop();
    expect(received).toEqual([]);
  });

  test('that stops answering before it has the text leaves the letter to the next try', async () => {
    const { url, stop } = await mailServer({ onRcptTo: () => undefined, closeTimeout: 10 });
    expect(await outcome(url, short)).toBe('TryAgain: SMTP ETIMEDOUT');
    await stop();
  });
});
