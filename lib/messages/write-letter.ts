import type { Settings } from '#lib/settings/catalogue.ts';
import { defaultWords, purposeWords } from './default-words.ts';
import { htmlMail, type Piece } from './html-mail.ts';
import type { Letter } from './letter.ts';
import type { Message } from './message.ts';
import { type EmailWords, type Filling, fillings, type Messages, namesIn } from './messages.ts';

type Chosen = Pick<Settings, 'MESSAGE_FROM_NAME' | 'PASSWORD_RESET_URL' | 'CHANGE_UNDO_URL'>;
type Filled = Partial<Record<Filling, string>>;

/** Puts a message into words, the project's or ours. `secret` is the code or the link's token. */
export type WriteLetter = (message: Message, secret?: string) => Letter;

/** A message cannot be put into words, because something it needs is missing. */
class Unwritable extends Error {
  override readonly name = 'Unwritable';
}

/** Makes the function that writes a stage's letters. Throws Unwritable if a message lacks what its template needs. */
export function letterWriter(settings: Chosen, messages: Messages): WriteLetter {
  return (message, secret) => {
    const { id, channel, to, template, purpose, language, expiresAt } = message;
    const words = { ...defaultWords[template][language], ...messages[template]?.[language] };
    const filled = fillingsOf(message, secret, settings);
    const missing = fillings[template].always.find((name) => filled[name] === undefined);
    if (missing) throw new Unwritable(`${template} has no ${missing}`);
    const envelope = { id, to, template, purpose, language, expiresAt };
    if (channel === 'sms') return { ...envelope, channel, text: fill(words.sms ?? nothing(message), filled) };
    return { ...envelope, channel, ...email(words.email ?? nothing(message), filled, message) };
  };
}

function nothing({ template, channel }: Message): never {
  throw new Unwritable(`there are no words for ${template} by ${channel}`);
}

function email({ subject: line, paragraphs }: EmailWords, filled: Filled, { language }: Message) {
  const subject = fill(line, filled);
  const pieces = paragraphs
    .filter((paragraph) => namesIn(paragraph).every((name) => filled[name as Filling] !== undefined))
    .map((paragraph): Piece => {
      const text = fill(paragraph, filled);
      if (paragraph === '{code}') return { code: text };
      return paragraph === '{link}' ? { link: text } : { text };
    });
  const service = filled.service ?? '';
  const text = [...pieces.map((piece) => Object.values(piece).join('')), `-- \n${service}`].join('\n\n');
  return { subject, text: `${text}\n`, html: htmlMail({ language, subject, pieces, service }) };
}

function fillingsOf(message: Message, secret: string | undefined, settings: Chosen): Filled {
  const { template, purpose, language, at, secret: reference, values } = message;
  const page = template === 'reset-link' ? settings.PASSWORD_RESET_URL : settings.CHANGE_UNDO_URL;
  const isCode = template === 'code';
  const link = isCode || secret === undefined || page === '' ? undefined : page.replace('{token}', () => encodeURIComponent(secret));
  const endsAt = reference?.endsAt;
  return {
    service: settings.MESSAGE_FROM_NAME,
    purpose: purposeWords[language][purpose],
    time: timeIn(language, at),
    ...(values?.address !== undefined && { address: values.address }),
    ...(isCode && secret !== undefined && { code: secret }),
    ...(link !== undefined && { link }),
    ...(endsAt && { minutes: String(Math.max(1, Math.round((endsAt.getTime() - at.getTime()) / 60_000))) }),
    ...(endsAt && link !== undefined && { end: timeIn(language, endsAt) }),
  };
}

/** A moment in UTC, and it says so, because readers may be in any time zone. */
function timeIn(language: Message['language'], moment: Date): string {
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  return `${format.format(moment)} UTC`;
}

function fill(text: string, filled: Filled): string {
  return text.replace(/\{([^{}]*)\}/g, (_, name: Filling) => filled[name] ?? '');
}
