import { createHmac } from 'node:crypto';
import { derivedKey } from '#lib/derived-key.ts';
import type { LookupSecret, LookupSecrets } from '#lib/lookup-secrets.ts';
import { isSameText } from '#lib/passwords/same-text.ts';
import type { CodePurpose, CodeTarget } from './code.ts';

type Label = 'digits' | 'rows' | 'links' | 'undo';

function mac(label: Label, lookupSecret: LookupSecret, ...parts: readonly string[]): Buffer {
  return createHmac('sha256', derivedKey(label, lookupSecret)).update(parts.join('\0')).digest();
}

type Coded = { readonly ref: string; readonly purpose: CodePurpose; readonly target: CodeTarget };

/**
 * The six digits of a code: HOTP's truncation (RFC 4226 §5.3) over the reference, the purpose and the target. So no
 * table holds the digits, and the function that sends the message computes the same ones. `fixed` replaces them on a
 * developer's machine.
 */
export function digitsOf(lookupSecret: LookupSecret, { ref, purpose, target }: Coded, fixed = ''): string {
  if (fixed) return fixed;
  const hash = mac('digits', lookupSecret, ref, purpose, target.kind, target.value);
  const offset = (hash.at(-1) ?? 0) & 0x0f;
  return String((hash.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 1_000_000).padStart(6, '0');
}

/** Whether the entered text is these digits. Spaces, hyphens and full-width digits are allowed. */
export function areDigits(typed: string, digits: string): boolean {
  const text = typed.normalize('NFKC').replace(/[\s-]/g, '');
  return /^\d{6}$/.test(text) && isSameText(text, digits);
}

/** A pseudonym of an address, user or name for row keys: the table holds no address, and none can be guessed from it. */
export function whoOf(lookupSecret: LookupSecret, kind: 'email' | 'mobile' | 'user' | 'name', value: string): string {
  return mac('rows', lookupSecret, kind, value).toString('base64url').slice(0, 22);
}

/**
 * A pseudonym of the target of digits. Digits that a signed-in user asked for have one with that user's id: no other user who
 * asks for the same target replaces them or uses up their tries.
 */
export function whomOf(lookupSecret: LookupSecret, { kind, value }: CodeTarget, userId?: string): string {
  return userId === undefined ? whoOf(lookupSecret, kind, value) : whoOf(lookupSecret, 'user', `${userId} ${value}`);
}

/** The key of the newest digits of a purpose and a target in the short-lived table. */
export const digitsKey = (purpose: CodePurpose, who: string) => `code#${purpose}-digits#${who}`;

/** The key of the newest link. Digits have another, so no request for digits and no wrong digits end a link, or the reverse. */
export const codeKey = (purpose: 'reset', who: string) => `code#${purpose}#${who}`;

/** The key of a code that is not sent because a limit is used up. No check reads it. */
export const unsentKey = (who: string) => `code#unsent#${who}`;

/** The key of the row that says when a code may be asked for again, for what was entered. */
export const gapKey = (who: string) => `code-gap#${who}`;

type LinkOf = { readonly subject: string; readonly ref: string };

/**
 * The token in a link: its subject, the reference in its row, and a MAC which proves that we made it. It has one
 * spelling, and is useless once the row is spent or replaced.
 */
export function linkToken(label: 'links' | 'undo', lookupSecret: LookupSecret, { subject, ref }: LinkOf): string {
  const written = Buffer.from(subject).toString('base64url');
  return `${written}.${ref}.${mac(label, lookupSecret, subject, ref).toString('base64url')}`;
}

/** The subject and reference of a link's token; undefined if none of the secret's values made it for this label. */
export function readLink(label: 'links' | 'undo', secrets: LookupSecrets, token: string): LinkOf | undefined {
  const [, written, ref] = /^([\w-]{1,400})\.([\w-]{22})\.[\w-]{43}$/.exec(token) ?? [];
  if (written === undefined || ref === undefined) return undefined;
  const subject = Buffer.from(written, 'base64url').toString();
  const isOurs = secrets.some((secret) => isSameText(token, linkToken(label, secret, { subject, ref })));
  return isOurs ? { subject, ref } : undefined;
}
