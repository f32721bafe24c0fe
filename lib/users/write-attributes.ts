import { isDeepStrictEqual } from 'node:util';
import { Problem } from '#lib/problem.ts';
import { type Attributes, attributesOf, namesFor } from './attributes.ts';
import type { User } from './user.ts';

type Wanted = Readonly<Record<string, unknown>>;
type Writer = { readonly declared: Attributes; readonly as: 'self' | 'staff' };

/**
 * The attributes of a user after the wanted changes, which fit their schemas already. Null and undefined empty one.
 * Throws `permission_denied` for a change of an attribute that the writer may not write. The same value is not a
 * change, so a client can send back everything it read.
 */
export function writeAttributes({ declared, as }: Writer, { attributes }: Pick<User, 'attributes'>, wanted: Wanted): User['attributes'] {
  const current: Wanted = attributesOf(declared, { attributes });
  const own = (from: Wanted, name: string) => (Object.hasOwn(from, name) ? (from[name] ?? null) : null);
  const changed = Object.keys(declared).filter(
    (name) => Object.hasOwn(wanted, name) && !isDeepStrictEqual(own(wanted, name), own(current, name)),
  );
  const writable = namesFor(declared, 'write', as);
  const barred = changed.filter((name) => !writable.includes(name));
  if (barred.length > 0) throw new Problem('permission_denied', { reason: `may not write ${barred.join(', ')}` });
  const kept = Object.entries(attributes).filter(([name]) => !changed.includes(name));
  const written = changed.map((name) => [name, own(wanted, name)] as const).filter(([, value]) => value !== null);
  return Object.fromEntries([...kept, ...written]);
}

/** The attributes of a new user from a form that asks for no others; null and undefined stand for none. */
export function attributesFrom(typed: Wanted): User['attributes'] {
  return Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== null && value !== undefined));
}

/**
 * The same for a whole profile: an attribute that the writer may read and write, and left out, is emptied. A writer
 * cannot send back an attribute they cannot read, so it stays.
 */
export function replaceAttributes(writer: Writer, user: Pick<User, 'attributes'>, wanted: Wanted): User['attributes'] {
  const readable = namesFor(writer.declared, 'read', writer.as);
  const left = namesFor(writer.declared, 'write', writer.as).filter((name) => readable.includes(name) && !Object.hasOwn(wanted, name));
  return writeAttributes(writer, user, { ...wanted, ...Object.fromEntries(left.map((name) => [name, null])) });
}
