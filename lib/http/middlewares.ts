import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { isUnavailable } from '#lib/aws/fault.ts';
import { preferredLanguage } from '#lib/language.ts';
import { describeError, log } from '#lib/log.ts';
import { Problem } from '#lib/problem.ts';
import { readSetting } from '#lib/settings/parse.ts';
import { headerOf } from './header.ts';
import { problemDetails } from './problem-details.ts';
import type { Route } from './route.ts';

/** A request as API Gateway sends it (payload 2.0), with the authorizer's context if the route is locked. */
export type Event = APIGatewayProxyEventV2 & { requestContext: { authorizer?: { lambda?: Record<string, unknown> } } };
/** A response as API Gateway expects it. */
export type Result = APIGatewayProxyStructuredResultV2;
type Middleware = MiddlewareObj<Event, Result>;

/**
 * Adds the security headers of ASVS 5.0 §3.4. An answer without its own `Cache-Control` is not stored, because almost
 * every one holds a token or a user's details.
 */
export const securityHeaders: Middleware = {
  after: ({ response }) => addSecurityHeaders(response),
  onError: ({ response }) => addSecurityHeaders(response),
};

function addSecurityHeaders(response: Result | null | undefined): void {
  if (!response) return;
  response.headers = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'strict-transport-security': 'max-age=63072000; includeSubDomains',
    'referrer-policy': 'no-referrer',
    ...response.headers,
  };
}

/** Answers thrown errors as problem details, and logs what the client is not told. */
export function problemsAsAnswers({ name }: Route): Middleware {
  const answer: NonNullable<Middleware['onError']> = (request) => {
    const { event, context } = request;
    const requestId = context.awsRequestId;
    const problem = asProblem(request.error);
    const { reason, cause } = problem.options;
    if (problem.status >= 500) log.error('fault', { requestId, route: name, ...describeError(cause ?? problem) });
    else if (reason) log.info('refused', { requestId, code: problem.code, reason });
    const language = preferredLanguage(headerOf(event.headers, 'accept-language'));
    request.response = problemDetails(problem, language, requestId, readSetting('AUTH_HEADER_TYPES'));
  };
  return { onError: answer };
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isUnavailable(error)) return new Problem('unavailable', { retryAfterSeconds: 2, cause: error });
  return new Problem('internal_error', { cause: error });
}

/** Logs one line for each request, with its id and without anything that identifies the client. */
export function accessLog({ name }: Route): Middleware {
  const write: NonNullable<Middleware['after']> = ({ event, context, response }) => {
    const ms = Date.now() - event.requestContext.timeEpoch;
    log.info('request', { requestId: context.awsRequestId, route: name, status: response?.statusCode, ms });
  };
  return { after: write, onError: write };
}
