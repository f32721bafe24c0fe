import { Problem } from '#lib/problem.ts';

/** Whether what is there may be changed: `version` is its number this moment. */
export type Precondition = { readonly isMet: (version: number) => boolean };

/** The entity tag of a version (RFC 9110 §8.8.3). */
export function entityTag(version: number): string {
  return `"${version}"`;
}

const tag = String.raw`(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"`;
const list = new RegExp(String.raw`^[ \t]*(?:,[ \t]*)*${tag}(?:[ \t]*,(?:[ \t]*${tag})?)*[ \t]*$`);

/**
 * What an `If-Match` header asks for (RFC 9110 §13.1.1): `*`, or any of a list of tags, compared strongly, so that a weak one matches nothing.
 * Undefined where there is none. Throws `malformed_request` where it is something else: to ignore it would undo what somebody wanted to be safe from.
 */
export function ifMatch(header: string | undefined): Precondition | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (text === '*') return { isMet: () => true };
  if (!list.test(text)) throw new Problem('malformed_request', { detail: 'malformed_if_match' });
  const tags: readonly string[] = text.match(new RegExp(tag, 'g')) ?? [];
  return { isMet: (version) => tags.includes(entityTag(version)) };
}
