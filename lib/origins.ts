/** Patterns of web origins that only the stage `local` allows: this machine at any port, or without one. */
export const originPatterns: readonly string[] = ['http://localhost:*', 'http://127.0.0.1:*'];

/** Whether a text is an origin as browsers write it: lower case, no default port, path or user (HTML §7.1.1). */
export function isExactOrigin(text: string): boolean {
  return /^https?:\/\/[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** Whether an `Origin` header is in a list of exact origins and `originPatterns`. A pattern is not itself an origin. */
export function matchesOrigin(listed: readonly string[], origin: string): boolean {
  if (!isExactOrigin(origin)) return false;
  const { protocol, hostname } = new URL(origin);
  const pattern = `${protocol}//${hostname}:*`;
  return listed.includes(origin) || (originPatterns.includes(pattern) && listed.includes(pattern));
}
