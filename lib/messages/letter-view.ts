import * as v from 'valibot';
import type { KeptLetter } from './letter-store.ts';

/** A kept letter as the API shows it to a developer. */
export const letterView = v.object({
  id: v.string(),
  kept_at: v.pipe(v.string(), v.isoTimestamp()),
  channel: v.picklist(['email', 'sms']),
  to: v.string(),
  template: v.string(),
  purpose: v.string(),
  language: v.string(),
  subject: v.nullable(v.string()),
  text: v.string(),
  html: v.nullable(v.string()),
});

/** The view of a kept letter. */
export function viewLetter({ letter, keptAt }: KeptLetter): v.InferInput<typeof letterView> {
  const { id, channel, to, template, purpose, language, text } = letter;
  const { subject, html } = channel === 'email' ? letter : { subject: null, html: null };
  return { ...{ id, channel, to, template, purpose, language, text, subject, html }, kept_at: keptAt.toISOString() };
}
