import { headerOf } from './header.ts';

type Sent = {
  readonly cookies?: readonly string[] | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
};

/**
 * Every value of the named cookie in a request, as written. There can be several if another site has set a cookie of
 * the same name (RFC 6265 §8.6); the server cannot tell which one is ours. API Gateway sends cookies as a list (payload
 * 2.0), local gateways in the header.
 */
export function cookieValues({ cookies, headers = {} }: Sent, name: string): readonly string[] {
  const pairs = cookies ?? headerOf(headers, 'cookie')?.split(';') ?? [];
  return pairs.flatMap((pair) => {
    const mark = pair.indexOf('=');
    return mark >= 0 && pair.slice(0, mark).trim() === name ? [pair.slice(mark + 1).trim()] : [];
  });
}
