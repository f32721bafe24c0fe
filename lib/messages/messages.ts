import type { Language } from '#lib/language.ts';
import type { Template } from './message.ts';

/** The words of an e-mail. A paragraph that names something a message does not have is left out; `{code}` by itself is set large. */
export type EmailWords = { readonly subject: string; readonly paragraphs: readonly string[] };
/** The words of one message in one language, by what it travels by. */
export type Words = { readonly sms?: string; readonly email?: EmailWords };

/**
 * What a project says in other words than ours (docs/messages.md). What it leaves out stays as it is. `{service}` and the
 * like are filled in; every one of them is ours, so none holds what a stranger typed.
 */
export type Messages = { readonly [T in Template]?: { readonly [L in Language]?: Words } };

/** What can be filled in: each is text. */
export type Filling = 'service' | 'purpose' | 'code' | 'link' | 'minutes' | 'end' | 'time' | 'address';

/** What every message of a template has, and what it may have. */
export const fillings = {
  code: { always: ['service', 'purpose', 'code', 'minutes'], sometimes: [], needed: 'code' },
  'reset-link': { always: ['service', 'link', 'minutes'], sometimes: [], needed: 'link' },
  'account-exists': { always: ['service'], sometimes: [], needed: undefined },
  'password-changed': { always: ['service', 'time'], sometimes: ['address'], needed: undefined },
  'email-changed': { always: ['service', 'time'], sometimes: ['address', 'link', 'end'], needed: undefined },
  'mobile-changed': { always: ['service', 'time'], sometimes: ['address', 'link', 'end'], needed: undefined },
  'new-device': { always: ['service', 'time'], sometimes: ['address'], needed: undefined },
  'suspicious-sign-in': { always: ['service', 'time'], sometimes: ['address'], needed: undefined },
} as const satisfies Record<Template, { always: readonly Filling[]; sometimes: readonly Filling[]; needed: Filling | undefined }>;

/** What a text wants filled in. */
export function namesIn(text: string): string[] {
  return [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
}
