import { Problem } from '#lib/problem.ts';

/** A condition on a change: `isMet` gets the version that is stored now. */
export type Precondition = { readonly isMet: (version: number) => boolean };

/** The entity tag of a version (RFC 9110 §8.8.3). */
export function entityTag(version: number): string {
  return `"${version}"`;
}

const tag = String.raw`(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"`;
const list = new RegExp(String.raw`^[ \t]*(?:,[ \t]*)*${tag}(?:[ \t]*,(?:[ \t]*${tag})?)*[ \t]*$`);

/**
 * The condition in an `If-Match` header (RFC 9110 §13.1.1): `*`, or a list of tags, compared strongly, so a weak tag
 * matches nothing. Undefined if there is no header. Throws `malformed_request` if the header is invalid: ignoring it
 * would allow the overwrite that the client wants to prevent.
 */
export function ifMatch(header: string | undefined): Precondition | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (text === '*') return { isMet: () => true };
  if (!list.test(text)) throw new Problem('malformed_request', { detail: 'malformed_if_match' });
  const tags: readonly string[] = text.match(new RegExp(tag, 'g')) ?? [];
  return { isMet: (version) => tags.includes(entityTag(version)) };
}
