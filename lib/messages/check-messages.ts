import { languages } from '#lib/language.ts';
import { isOneSlipApart, SettingsError } from '#lib/settings/parse.ts';
import { type Template, templateChannels } from './message.ts';
import { type EmailWords, fillings, type Messages, namesIn, type Words } from './messages.ts';

const templates = Object.keys(templateChannels) as Template[];

/** The most characters of an SMS template, with the names of its placeholders: at most three SMS parts in any case. */
const mostOfSms = 200;

/** The errors in a project's words, each with what to do instead. */
export function messagesErrors(messages: Messages): string[] {
  const errors: string[] = [];
  for (const [template, byLanguage] of Object.entries(messages)) {
    if (!isTemplate(template)) errors.push(unknownTemplate(template));
    else {
      for (const [language, words] of Object.entries(Object(byLanguage) as Record<string, Words>)) {
        const place = `${template}, ${language} in messages.ts`;
        if (!languages.some((known) => known === language)) errors.push(`${place}: there are ${languages.join(' and ')}`);
        errors.push(...wordsErrors(template, words).map((error) => `${place}: ${error}`));
      }
    }
  }
  return errors;
}

/** Throws SettingsError if a project's words cannot be used, or if messages.ts does not export `messages`. */
export function refuseUnsoundMessages(messages: Messages | undefined): void {
  const errors = messages
    ? messagesErrors(messages)
    : ['messages.ts has to export messages: `export const messages: Messages = {};` where there are none'];
  if (errors.length > 0) throw new SettingsError(errors);
}

const isTemplate = (name: string): name is Template => Object.hasOwn(templateChannels, name);

function unknownTemplate(name: string): string {
  const meant = templates.find((known) => isOneSlipApart(name, known));
  return `${name} in messages.ts is no message${meant ? `; did you mean ${meant}?` : `: there are ${templates.join(', ')}`}`;
}

function wordsErrors(template: Template, { sms, email }: Words): string[] {
  const channels: readonly string[] = templateChannels[template];
  return [
    ...(sms === undefined ? [] : smsErrors(template, sms)),
    ...(sms !== undefined && !channels.includes('sms') ? ['it does not travel by SMS'] : []),
    ...(email === undefined ? [] : emailErrors(template, email)),
  ];
}

function smsErrors(template: Template, sms: string): string[] {
  const { always, needed } = fillings[template];
  const lacksNeeded = needed !== undefined && !namesIn(sms).includes(needed);
  return [
    ...nameErrors(sms, always),
    ...(lacksNeeded ? [`sms has to have {${needed}}`] : []),
    ...(/[\r\n]/.test(sms) || sms.trim() === '' ? ['sms has to be one line of text'] : []),
    ...(sms.length > mostOfSms ? [`sms has to have at most ${mostOfSms} characters`] : []),
  ];
}

function emailErrors(template: Template, { subject, paragraphs }: EmailWords): string[] {
  const { always, sometimes, needed } = fillings[template];
  const shown = always.filter((name) => name !== needed);
  if (typeof subject !== 'string' || !Array.isArray(paragraphs)) return ['email has to have a subject and paragraphs'];
  const lacksNeeded = needed !== undefined && !paragraphs.some((paragraph) => namesIn(paragraph).includes(needed));
  return [
    ...nameErrors(subject, shown),
    ...(/[\r\n]/.test(subject) || subject.trim() === '' ? ['subject has to be one line of text'] : []),
    ...paragraphs.flatMap((paragraph) => nameErrors(paragraph, [...always, ...sometimes])),
    ...(lacksNeeded ? [`a paragraph has to have {${needed}}`] : []),
  ];
}

function nameErrors(text: string, known: readonly string[]): string[] {
  return namesIn(text)
    .filter((name) => !known.includes(name))
    .map((name) => `{${name}} is nothing it can have here; there are ${known.map((each) => `{${each}}`).join(', ')}`);
}
