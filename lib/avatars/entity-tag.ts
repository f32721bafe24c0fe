/**
 * Whether an `If-None-Match` header names an entity tag (RFC 9110 §13.1.2): alone, in a list, weak or strong, or as
 * `*`. An invalid header matches nothing, so the picture is sent.
 */
export function namesEntityTag(ifNoneMatch: string | undefined, entityTag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.match(/"[^"]*"/g)?.includes(entityTag) ?? false;
}
