import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Language } from '#lib/language.ts';
import { type FieldErrors, type Problem, problems } from '#lib/problem.ts';
import { say } from '#lib/wording.ts';
import { challenges } from './www-authenticate.ts';

/**
 * The response to a Problem: RFC 9457 problem details, and the headers that its status needs (`WWW-Authenticate`, RFC
 * 6750 §3; `Retry-After`, RFC 9110 §10.2.3). `schemes` are the words of `AUTH_HEADER_TYPES`.
 */
export function problemDetails(
  problem: Problem,
  language: Language,
  requestId: string,
  schemes: readonly string[],
): APIGatewayProxyStructuredResultV2 {
  const { code, options } = problem;
  const { status, title, detail } = problems[code];
  const sentence = say(options.detail ?? detail, language, options.values);
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      'content-language': language,
      ...(status === 401 && { 'www-authenticate': challenges(schemes, problem) }),
      ...(options.retryAfterSeconds !== undefined && { 'retry-after': String(options.retryAfterSeconds) }),
    },
    ...(options.cookies && { cookies: [...options.cookies] }),
    body: JSON.stringify({
      type: `urn:problem-type:gatehouse:${code}`,
      title: say(title, language),
      status,
      detail: sentence,
      code,
      instance: `urn:request:${requestId}`,
      ...options.members,
      ...(options.errors && { errors: sentences(options.errors, language) }),
    }),
  };
}

function sentences(errors: FieldErrors, language: Language): Record<string, string[]> {
  const entries = Object.entries(errors).map(([field, list]) => [field, list.map(({ phrase, values }) => say(phrase, language, values))]);
  return Object.fromEntries(entries);
}
