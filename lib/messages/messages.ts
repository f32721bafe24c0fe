import type { Language } from '#lib/language.ts';
import type { Template } from './message.ts';

/** The words of an e-mail. A paragraph with an unfilled placeholder is left out; `{code}` by itself is set large. */
export type EmailWords = { readonly subject: string; readonly paragraphs: readonly string[] };
/** The words of one message in one language, for each channel. */
export type Words = { readonly sms?: string; readonly email?: EmailWords };

/**
 * The words that a project replaces (docs/messages.md); all others stay. `{service}` and the other placeholders are
 * filled with our own values, never with what a stranger entered.
 */
export type Messages = { readonly [T in Template]?: { readonly [L in Language]?: Words } };

/** The placeholders that words may have. */
export type Filling = 'service' | 'purpose' | 'code' | 'link' | 'minutes' | 'end' | 'time' | 'address';

/** The placeholders that a template always has a value for, those it sometimes has, and the one its words must have. */
export const fillings = {
  code: { always: ['service', 'purpose', 'code', 'minutes'], sometimes: [], needed: 'code' },
  'reset-link': { always: ['service', 'link', 'minutes'], sometimes: [], needed: 'link' },
  'account-exists': { always: ['service'], sometimes: [], needed: undefined },
  'password-changed': { always: ['service', 'time'], sometimes: ['address'], needed: undefined },
  'email-changed': { always: ['service', 'time'], sometimes: ['address', 'link', 'end'], needed: undefined },
  'mobile-changed': { always: ['service', 'time'], sometimes: ['address', 'link', 'end'], needed: undefined },
  'address-lost': { always: ['service', 'time'], sometimes: [], needed: undefined },
  'sessions-ended': { always: ['service', 'time'], sometimes: [], needed: undefined },
  'session-stolen': { always: ['service', 'time'], sometimes: [], needed: undefined },
  'new-device': { always: ['service', 'time'], sometimes: ['address'], needed: undefined },
  'suspicious-sign-in': { always: ['service', 'time'], sometimes: ['address'], needed: undefined },
} as const satisfies Record<Template, { always: readonly Filling[]; sometimes: readonly Filling[]; needed: Filling | undefined }>;

/** The names of the placeholders in a text. */
export function namesIn(text: string): string[] {
  return [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
}
