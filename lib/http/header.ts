type Headers = Readonly<Record<string, string | undefined>>;

/** A header by its lower-case name. API Gateway sends lower-case names; local gateways keep the client's spelling. */
export function headerOf(headers: Headers, name: string): string | undefined {
  if (Object.hasOwn(headers, name)) return headers[name];
  const written = Object.keys(headers).find((key) => key.toLowerCase() === name);
  return written === undefined ? undefined : headers[written];
}
