import { Readable } from 'node:stream';
import type { SMTPConnectionAuth, SMTPConnectionOptions } from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { EmailLetter } from './letter.ts';
import { mailHeaders } from './mail-headers.ts';
import { isAddress } from './message.ts';
import type { Sender, Sending } from './sender.ts';
import { TryAgain } from './try-again.ts';

type From = Pick<Settings, 'MESSAGE_FROM_NAME' | 'MESSAGE_FROM_EMAIL'>;
type Failure = Error & { readonly code?: string; readonly responseCode?: number; readonly response?: string };

/** In milliseconds: for one answer of the server, and for the whole conversation. */
const usualPatience = { answer: 4000, whole: 9000 };

/**
 * Sends e-mail through an SMTP server, one connection a letter. `smtps:` uses TLS from the start; `smtp:` requires
 * STARTTLS unless the server is on this machine. SMTP does not recognise repeats: if the connection breaks after the
 * server has the text, the result is `unsure`.
 */
export function smtpSender(settings: From, url: () => Promise<string>, patience = usualPatience): Sender {
  return {
    knowsRepeats: false,
    async send(letter) {
      if (letter.channel !== 'email' || !isAddress('email', letter.to)) return { refused: 'no e-mail address' };
      const server = parseConnectionUrl(await url()) as Server;
      const isHere = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/.test(server.host ?? '');
      const secured = { ...server, requireTLS: !server.secure && !isHere, ignoreTLS: isHere };
      return await talk(secured, { from: settings.MESSAGE_FROM_EMAIL, to: letter.to, content: await composed(settings, letter) }, patience);
    },
  };
}

async function composed(from: From, letter: EmailLetter): Promise<Buffer> {
  const composer = new MailComposer({
    from: { name: from.MESSAGE_FROM_NAME, address: from.MESSAGE_FROM_EMAIL },
    to: letter.to,
    subject: letter.subject,
    text: letter.text,
    html: letter.html,
    headers: mailHeaders(letter),
    messageId: `<${letter.id}@${from.MESSAGE_FROM_EMAIL.split('@')[1]}>`,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return await composer.compile().build();
}

type Mail = { readonly from: string; readonly to: string; readonly content: Buffer };
type Server = SMTPConnectionOptions & { readonly auth?: SMTPConnectionAuth | undefined };

/** Talks to the server, from its greeting until it confirms the letter. */
async function talk({ auth, ...server }: Server, { from, to, content }: Mail, { answer, whole }: typeof usualPatience): Promise<Sending> {
  const connection = new SMTPConnection({ ...server, connectionTimeout: answer, greetingTimeout: answer, socketTimeout: answer });
  let isGiven = false;
  const words = new Readable({
    read() {
      isGiven = true;
      this.push(content);
      this.push(null);
    },
  });
  try {
    return await new Promise<Sending>((resolve, reject) => {
      const late = setTimeout(() => reject(Object.assign(new Error('too slow'), { code: 'ETIMEDOUT' })), whole);
      const end = (error: Error | null | undefined) => {
        clearTimeout(late);
        if (error) reject(error);
        else resolve('sent');
      };
      const send = () => connection.send({ from, to: [to] }, words, end);
      connection.on('error', end);
      connection.connect((error) => {
        if (error) end(error);
        else if (auth) connection.login(auth, (refusal) => (refusal ? end(refusal) : send()));
        else send();
      });
    });
  } catch (error) {
    return failureOf(error as Failure, isGiven);
  } finally {
    connection.close();
  }
}

/**
 * A final answer (5xx) about the recipient or the text is a refusal. An error about our login is not about the letter,
 * so it is tried again.
 */
function failureOf({ code = 'ESOCKET', responseCode, response = '' }: Failure, isGiven: boolean): Sending {
  const status = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1];
  const said = ['SMTP', responseCode ?? code, ...(status ? [status] : [])].join(' ');
  if (responseCode === undefined) {
    if (isGiven) return { unsure: said };
    throw new TryAgain(said);
  }
  const isFinal = responseCode >= 500 && responseCode !== 503 && (code === 'EENVELOPE' || code === 'EMESSAGE');
  if (isFinal) return { refused: said };
  throw new TryAgain(said);
}
