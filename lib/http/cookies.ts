import { headerOf } from './header.ts';

type Sent = {
  readonly cookies?: readonly string[] | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
};

/**
 * Every value a request brings of the cookie of this name, as written: none, one, or more, where somebody else has set a cookie of
 * the same name (RFC 6265 §8.6), so that nobody can tell which is ours. API Gateway hands cookies on in a list of their own
 * (payload 2.0); local gateways leave them in the header.
 */
export function cookieValues({ cookies, headers = {} }: Sent, name: string): readonly string[] {
  const pairs = cookies ?? headerOf(headers, 'cookie')?.split(';') ?? [];
  return pairs.flatMap((pair) => {
    const mark = pair.indexOf('=');
    return mark >= 0 && pair.slice(0, mark).trim() === name ? [pair.slice(mark + 1).trim()] : [];
  });
}
