import { type AuthScheme, authScheme } from '#lib/auth-scheme.ts';
import { type Problem, problems } from '#lib/problem.ts';
import { say } from '#lib/wording.ts';

/**
 * The `WWW-Authenticate` header of a 401: one challenge for each scheme in `AUTH_HEADER_TYPES`, in that order (RFC 9110
 * §11.6.1), and the error (RFC 6750 §3). Basic is offered only if it is first: a browser that sees it opens its own
 * password dialog.
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

/** The sentence is always English, because header values are ASCII (RFC 6750 §3, `error_description`). */
function wrong({ code, options }: Problem): string[] {
  if (code === 'bad_authorization_header') return ['error="invalid_request"'];
  if (problems[code].title !== 'token_not_valid') return [];
  return ['error="invalid_token"', `error_description="${say(options.detail ?? problems[code].detail, 'en', options.values)}"`];
}
