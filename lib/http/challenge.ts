import { type AuthScheme, authScheme } from '#lib/auth-scheme.ts';
import { type Problem, problems } from '#lib/problem.ts';
import { say } from '#lib/wording.ts';

/**
 * What `WWW-Authenticate` says: one challenge for each scheme of the stage, the first of `AUTH_HEADER_TYPES` first (RFC 9110 §11.6.1), and
 * with it what was wrong (RFC 6750 §3). Basic is asked for only where it stands first: a browser that reads the word opens a dialog of its
 * own over every page that gets a 401.
 */
export function challenges(words: readonly string[], problem: Problem): string {
  const schemes = words.map(authScheme);
  const asked = words.filter((_, index) => isAsked(schemes, index));
  const told = asked.find((word) => authScheme(word) !== 'basic');
  return asked.map((word) => [challenge(word), ...(word === told ? wrong(problem) : [])].join(', ')).join(', ');
}

function isAsked(schemes: readonly AuthScheme[], index: number): boolean {
  const scheme = schemes[index] as AuthScheme;
  return index === 0 || (scheme !== 'basic' && schemes.indexOf(scheme) === index);
}

const challenge = (word: string) => `${word} realm="api"${authScheme(word) === 'basic' ? ', charset="UTF-8"' : ''}`;

/** In a header the sentence stays English: header values are ASCII (RFC 6750 §3, `error_description`). */
function wrong({ code, options }: Problem): string[] {
  if (code === 'bad_authorization_header') return ['error="invalid_request"'];
  if (problems[code].title !== 'token_not_valid') return [];
  return ['error="invalid_token"', `error_description="${say(options.detail ?? problems[code].detail, 'en', options.values)}"`];
}
