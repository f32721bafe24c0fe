type Headers = Readonly<Record<string, string | undefined>>;

/** A header by its lower-case name. API Gateway sends names in lower case; local gateways leave them as the client wrote them. */
export function headerOf(headers: Headers, name: string): string | undefined {
  if (Object.hasOwn(headers, name)) return headers[name];
  const written = Object.keys(headers).find((key) => key.toLowerCase() === name);
  return written === undefined ? undefined : headers[written];
}
