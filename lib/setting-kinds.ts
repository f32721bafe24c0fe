import { durationSeconds } from './duration.ts';
import { parseRate, type Rate } from './rate.ts';

/** One kind of value a setting can have: how it is read, and what to write where it cannot be. */
export type Kind<T> = { readonly read: (text: string) => T | undefined; readonly expected: string };

/** A length of time, in seconds. */
export const duration: Kind<number> = { read: durationSeconds, expected: 'a duration such as 30s, 5m, 12h or 14d' };

export const rate: Kind<Rate> = { read: parseRate, expected: 'a rate such as 10/15m or 1000/hour, or off' };

export const flag: Kind<boolean> = {
  read: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  expected: 'true or false',
};

export const text: Kind<string> = { read: (value) => value, expected: 'a text' };

/** What a claim is called in a token. Never empty: simplejwt takes None for no such claim, and then writes one called `null`. */
export const claimName: Kind<string> = {
  read: (value) => (/^[A-Za-z_][A-Za-z0-9_.:/-]{0,63}$/.test(value) && value !== '__proto__' ? value : undefined),
  expected: 'the name of a claim such as user_id: at most 64 letters, digits and _ . : / -, a letter or _ first',
};

/** What something is called where it lies; never empty. */
export const name: Kind<string> = { read: (value) => value.trim() || undefined, expected: 'a name' };

export function whole(least: number, most: number): Kind<number> {
  return {
    read: (value) => (/^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most ? Number(value) : undefined),
    expected: `a whole number from ${least} to ${most}`,
  };
}

export function oneOf<const T extends string>(...choices: readonly T[]): Kind<T> {
  return { read: (value) => choices.find((choice) => choice === value), expected: `one of ${choices.join(', ')}` };
}

/** An absolute http or https URL without query and fragment; a trailing slash is dropped. */
export const baseUrl: Kind<string> = {
  read: (value) => {
    if (value === '') return '';
    return /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/.test(value) && URL.canParse(value) ? value.replace(/\/+$/, '') : undefined;
  },
  expected: 'an address such as https://accounts.example.com',
};

/**
 * Exact web origins, separated by commas. Neither `*` nor `null` is one (Fetch standard: credentials and a wildcard exclude each
 * other).
 */
export const origins: Kind<readonly string[]> = {
  read: (value) => {
    const list = value
      .split(',')
      .map((origin) => origin.trim())
      .filter(Boolean);
    return list.every(isExactOrigin) ? list : undefined;
  },
  expected: 'exact origins such as https://app.example.com, separated by commas, never * or null',
};

function isExactOrigin(text: string): boolean {
  return /^https?:\/\/[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** A path that goes before every other: empty, or like `/accounts`. */
export const pathPrefix: Kind<string> = {
  read: (value) => (/^(\/[A-Za-z0-9._~-]+)*$/.test(value) ? value : undefined),
  expected: 'empty, or a path such as /accounts without a slash at its end',
};

/** Words that may stand before credentials in a header, separated by commas: tokens (RFC 9110 §5.6.2), each once, whatever its case. */
export const schemeWords: Kind<readonly string[]> = {
  read: (value) => {
    const words = value.split(',').map((word) => word.trim());
    const areTokens = words.every((word) => /^[\w!#$%&'*+.^`|~-]+$/.test(word));
    return areTokens && new Set(words.map((word) => word.toLowerCase())).size === words.length ? words : undefined;
  },
  expected: 'scheme names such as Bearer, separated by commas, each once',
};

/** Headers with a meaning of their own, or that a connection, a browser, a proxy or the gateway writes. */
const takenHeader =
  /^(accept|access-control|cache|content|if|origin|proxy|sec|x-amz|x-amzn|x-forwarded)(-.*)?$|^(connection|cookie2?|date|expect|forwarded|from|host|keep-alive|pragma|range|referer|set-cookie2?|te|trailer|transfer-encoding|upgrade|user-agent|via|www-authenticate|x-real-ip)$/;

/** The name of a request header that may carry credentials, as it is written on the wire or as Django writes it: `HTTP_X_ACCESS_TOKEN`. */
export const credentialsHeader: Kind<string> = {
  read: (value) => {
    const name = /^HTTP(_[A-Z0-9]+)+$/.test(value) ? fromDjango(value) : value;
    return /^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$/.test(name) && name.length <= 64 && !takenHeader.test(name.toLowerCase())
      ? name
      : undefined;
  },
  expected: 'the name of a header that nothing else uses, such as Authorization or X-Access-Token',
};

function fromDjango(name: string): string {
  const words = name.toLowerCase().split('_').slice(1);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('-');
}
