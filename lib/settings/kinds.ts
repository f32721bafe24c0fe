import { durationSeconds } from '#lib/duration.ts';
import { isExactOrigin, originPatterns } from '#lib/origins.ts';
import { type Algorithm, algorithmCalled, algorithms } from '#lib/password-algorithms.ts';
import { publicKeyIn } from '#lib/public-key.ts';
import { parseRate, type Rate } from '#lib/rate.ts';

/** One kind of value: how it is read, and what to write instead of an invalid one. */
export type Kind<T> = { readonly read: (text: string) => T | undefined; readonly expected: string };

/** A length of time, in seconds. */
export const duration: Kind<number> = { read: durationSeconds, expected: 'a duration such as 30s, 5m, 12h or 14d' };

export const rate: Kind<Rate> = { read: parseRate, expected: 'a rate such as 10/15m or 1000/hour, or off' };

/** Several rates of one limit, separated by commas; `off` is an empty list. */
export const rates: Kind<readonly Rate[]> = {
  read: (value) => {
    if (value.trim() === 'off') return [];
    const list = value.split(',').map((written) => parseRate(written));
    const known = list.filter((each) => each !== undefined).filter(({ max }) => max > 0);
    return known.length === list.length && known.length <= 4 ? known : undefined;
  },
  expected: 'up to four rates such as 5/1h,10/1d, or off',
};

/** Countries as ISO 3166 names them, in two capital letters, separated by commas; may be empty. */
export const countries: Kind<readonly string[]> = {
  read: (value) => {
    const list = value
      .split(',')
      .map((written) => written.trim())
      .filter(Boolean);
    return list.every((country) => /^[A-Z]{2}$/.test(country)) ? list : undefined;
  },
  expected: 'countries such as CN,DE, or empty',
};

/** Empty, or six digits. */
export const sixDigits: Kind<string> = {
  read: (value) => (/^(\d{6})?$/.test(value) ? value : undefined),
  expected: 'empty, or six digits such as 000000',
};

export const flag: Kind<boolean> = {
  read: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  expected: 'true or false',
};

export const text: Kind<string> = { read: (value) => value, expected: 'a text' };

/** The name of a claim in a token. Never empty: simplejwt takes None for "no such claim" and then writes one named `null`. */
export const claimName: Kind<string> = {
  read: (value) => (/^[A-Za-z_][A-Za-z0-9_.:/-]{0,63}$/.test(value) && value !== '__proto__' ? value : undefined),
  expected: 'the name of a claim such as user_id: at most 64 letters, digits and _ . : / -, a letter or _ first',
};

/** The name of a resource; never empty. */
export const name: Kind<string> = { read: (value) => value.trim() || undefined, expected: 'a name' };

export function whole(least: number, most: number): Kind<number> {
  return {
    read: (value) => (/^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most ? Number(value) : undefined),
    expected: `a whole number from ${least} to ${most}`,
  };
}

export function oneOf<const T extends string>(...choices: readonly T[]): Kind<T> {
  return {
    read: (value) => choices.find((choice) => choice === value),
    expected: `${choices.includes('' as T) ? 'empty, or ' : ''}one of ${choices.filter(Boolean).join(', ')}`,
  };
}

/** An absolute http or https URL without query and fragment; a trailing slash is dropped. */
export const baseUrl: Kind<string> = {
  read: (value) => {
    if (value === '') return '';
    return /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/.test(value) && URL.canParse(value) ? value.replace(/\/+$/, '') : undefined;
  },
  expected: 'an address such as https://accounts.example.com',
};

/** Empty, or the URL of a key set: https, or http on this machine, without a username, a password and a fragment. */
export const keyUrl: Kind<string> = {
  read: (value) => {
    if (value === '') return '';
    return /^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/])[^\s@#]+$/.test(value) && URL.canParse(value) ? value : undefined;
  },
  expected: 'an address such as https://accounts.example.com/path; http only of this machine',
};

/** Empty, or a public key that is strong enough. */
export const publicKey: Kind<string> = {
  read: (value) => (value === '' || publicKeyIn(value) ? value : undefined),
  expected: 'a public key as PEM or JWK: RSA of 2048 bits or more, P-256, P-384, P-521 or Ed25519; its alg, if it has one, of that kind',
};

/**
 * Exact web origins and `originPatterns`, separated by commas. `*` and `null` are refused (the Fetch standard forbids a
 * wildcard with credentials).
 */
export const origins: Kind<readonly string[]> = {
  read: (value) => {
    const list = value
      .split(',')
      .map((origin) => origin.trim())
      .filter(Boolean);
    return list.every((each) => isExactOrigin(each) || originPatterns.includes(each)) ? list : undefined;
  },
  expected: `exact origins such as https://app.example.com, separated by commas, never * or null; on the stage local also ${originPatterns.join(' and ')}`,
};

/** The token classes that simplejwt accepts as bearer tokens, by the last part of their dotted path. */
const bearerClasses = { AccessToken: 'access', SlidingToken: 'sliding' } as const;
type BearerClass = (typeof bearerClasses)[keyof typeof bearerClasses];

/** Classes of tokens, as simplejwt names them, each once. */
export const tokenClasses: Kind<readonly BearerClass[]> = {
  read: (value) => {
    const names = value.split(',').map((written) => written.trim().replace(/^rest_framework_simplejwt\.tokens\./, ''));
    const isKnown = (name: string): name is keyof typeof bearerClasses => Object.hasOwn(bearerClasses, name);
    return names.every(isKnown) && new Set(names).size === names.length ? names.map((name) => bearerClasses[name]) : undefined;
  },
  expected: 'AccessToken, SlidingToken or both, separated by a comma',
};

/** A prefix of all paths: empty, or like `/accounts`. */
export const pathPrefix: Kind<string> = {
  read: (value) => (/^(\/[A-Za-z0-9._~-]+)*$/.test(value) ? value : undefined),
  expected: 'empty, or a path such as /accounts without a slash at its end',
};

/** Algorithms of password hashes in order of preference, separated by commas, each once. */
export const passwordHashers: Kind<readonly Algorithm[]> = {
  read: (value) => {
    const found = value.split(',').map((written) => algorithmCalled(written.trim()));
    const known = found.filter((algorithm) => algorithm !== undefined);
    return known.length === found.length && new Set(known).size === known.length ? known : undefined;
  },
  expected: `one or more of ${Object.keys(algorithms).join(', ')}, each once, separated by commas, or Django’s paths to their classes`,
};
/** Schemes of the credentials header, separated by commas: tokens (RFC 9110 §5.6.2), each once regardless of case. */
export const schemeWords: Kind<readonly string[]> = {
  read: (value) => {
    const words = value.split(',').map((word) => word.trim());
    const areTokens = words.every((word) => /^[\w!#$%&'*+.^`|~-]+$/.test(word));
    return areTokens && new Set(words.map((word) => word.toLowerCase())).size === words.length ? words : undefined;
  },
  expected: 'scheme names such as Bearer, separated by commas, each once',
};

/** Headers that already have a meaning, or that a connection, a browser, a proxy or the gateway writes. */
const takenHeader =
  /^(accept|access-control|cache|content|if|origin|proxy|sec|x-amz|x-amzn|x-forwarded)(-.*)?$|^(connection|cookie2?|date|expect|forwarded|from|host|keep-alive|pragma|range|referer|set-cookie2?|te|trailer|transfer-encoding|upgrade|user-agent|via|www-authenticate|x-real-ip)$/;

/** The name of the header with the credentials, as on the wire or in Django's spelling: `HTTP_X_ACCESS_TOKEN`. */
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
