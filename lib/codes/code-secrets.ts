import { createHmac, hkdfSync } from 'node:crypto';
import { isSameText } from '#lib/passwords/same-text.ts';
import type { CodePurpose, CodeTarget } from './code.ts';

type Label = 'digits' | 'rows' | 'links' | 'undo';

/** A key of its own for each use (RFC 5869), so that what one of them tells says nothing of another. */
function keyFor(label: Label, lookupSecret: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', lookupSecret, '', `gatehouse/codes/${label}`, 32));
}

function mac(label: Label, lookupSecret: Uint8Array, ...parts: readonly string[]): Buffer {
  return createHmac('sha256', keyFor(label, lookupSecret)).update(parts.join('\0')).digest();
}

type Coded = { readonly ref: string; readonly purpose: CodePurpose; readonly target: CodeTarget };

/**
 * The six digits of a code: the truncation of HOTP (RFC 4226 §5.3) over the reference, the purpose and the target, so that neither table
 * holds a secret, and whoever sends a message makes the same ones. `fixed` replaces them on a developer's machine.
 */
export function digitsOf(lookupSecret: Uint8Array, { ref, purpose, target }: Coded, fixed = ''): string {
  if (fixed) return fixed;
  const hash = mac('digits', lookupSecret, ref, purpose, target.kind, target.value);
  const offset = (hash.at(-1) ?? 0) & 0x0f;
  return String((hash.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 1_000_000).padStart(6, '0');
}

/** Whether digits were typed that are these; spaces, hyphens and full-width digits do not matter. */
export function areDigits(typed: string, digits: string): boolean {
  const text = typed.normalize('NFKC').replace(/[\s-]/g, '');
  return /^\d{6}$/.test(text) && isSameText(text, digits);
}

/** Who a row is about, without saying it: the table holds no address, and none can be guessed from it. */
export function whoOf(lookupSecret: Uint8Array, kind: 'email' | 'mobile' | 'user', value: string): string {
  return mac('rows', lookupSecret, kind, value).toString('base64url').slice(0, 22);
}

/** The key of the newest code of a purpose and a target in the cache table. */
export const codeKey = (purpose: CodePurpose, who: string) => `code#${purpose}#${who}`;

/** The key of the row that says when the next code may be sent to a target. */
export const gapKey = (who: string) => `code-gap#${who}`;

type LinkOf = { readonly subject: string; readonly ref: string };

/**
 * What a link carries: what it is about, the reference in its row, and the proof that we wrote both. It has one spelling, and is of no use once the row is spent
 * or replaced.
 */
export function linkToken(label: 'links' | 'undo', lookupSecret: Uint8Array, { subject, ref }: LinkOf): string {
  const written = Buffer.from(subject).toString('base64url');
  return `${written}.${ref}.${mac(label, lookupSecret, subject, ref).toString('base64url')}`;
}

/** What a link is about and the reference in it; undefined where we did not write it. */
export function readLink(label: 'links' | 'undo', lookupSecret: Uint8Array, token: string): LinkOf | undefined {
  const [, written, ref] = /^([\w-]{1,400})\.([\w-]{22})\.[\w-]{43}$/.exec(token) ?? [];
  if (written === undefined || ref === undefined) return undefined;
  const subject = Buffer.from(written, 'base64url').toString();
  return isSameText(token, linkToken(label, lookupSecret, { subject, ref })) ? { subject, ref } : undefined;
}
