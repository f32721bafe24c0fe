import { createHash } from 'node:crypto';
import { emailKey } from '#lib/names/email.ts';
import { mobileNumber } from '#lib/names/mobile.ts';
import { shownUsername, usernameKey } from '#lib/names/username.ts';
import type { Rules } from './rules.ts';

type Named = { readonly id: string; readonly typed: string | undefined; readonly email: string; readonly mobile: string | undefined };

/**
 * The username of a user here: the given one, or, if it is invalid and the rules allow it, one derived from it. It
 * depends only on the row, so a repeated import derives the same. Undefined if there is none.
 */
export function usernameFor({ id, typed, email, mobile }: Named, { renaming, region }: Rules): string | undefined {
  const shown = typed === undefined ? undefined : shownUsername(typed);
  if (shown !== undefined) return shown;
  const number = typed === undefined ? undefined : mobileNumber(typed, region);
  const isOwn = typed === undefined || emailKey(typed) === emailKey(email) || (number !== undefined && number === mobile);
  if (typed !== undefined && (renaming === 'none' || (renaming === 'own' && !isOwn))) return undefined;
  return derived(isOwn && !isPlaceholder(email) ? email : (typed ?? ''), id);
}

function derived(from: string, id: string): string {
  const words = (from.split('@', 1)[0] ?? '').normalize('NFKC').replace(/[^\p{L}\p{Nd}._-]+/gu, '_');
  const base = words.replace(/^[._-]+|[._-]+$/g, '');
  const tail = `_${shortened(id, 10)}`;
  const start = [...(/\p{L}/u.test(base) ? base : 'user')].slice(0, 32 - tail.length).join('');
  return shownUsername(`${start}${tail}`) ?? `user${tail}`;
}

/** RFC 2606 reserves `.invalid` for names that never resolve. */
const nowhere = '@users.invalid';

/** An e-mail address that no mail ever reaches, for a user without one. */
export const placeholderFor = (id: string): string => `${shortened(id, 36)}${nowhere}`;
const isPlaceholder = (email: string): boolean => email.endsWith(nowhere);

/** The id of a user who comes without one: always the same for the same name (UUIDv8, RFC 9562 §5.8). */
export function idFor(typed: string | undefined, email: string): string | undefined {
  const name = (typed === undefined ? undefined : (usernameKey(typed) ?? typed.trim())) ?? emailKey(email);
  if (!name) return undefined;
  const bytes = createHash('sha256').update(`a user who came without an id: ${name}`).digest().subarray(0, 16);
  bytes[6] = 0x80 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * A short and plain id as it is, otherwise its digest: case does not matter in e-mail addresses, and a name cannot hold
 * every character.
 */
const shortened = (id: string, most: number): string =>
  id.length <= most && /^[a-z0-9][a-z0-9-]*$/.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 10);
