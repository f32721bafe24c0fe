import type { APIGatewayRequestAuthorizerEventV2, Context } from 'aws-lambda';
import { isUnavailable } from '#lib/aws/fault.ts';
import { describeError, log } from '#lib/log.ts';
import { type Caller, type Refusal, toContext } from './caller.ts';
import { headerOf } from './header.ts';

type SimpleAnswer = { readonly isAuthorized: boolean; readonly context: Record<string, string> };

/**
 * The Lambda handler of an HTTP API's request authorizer (payload 2.0, simple answers). It never denies: API Gateway turns a
 * denial into a bare 403 that no client can act on. It hands the endpoint either the caller or the reason there is none, and
 * the endpoint answers 401. What it cannot find out it throws, and the gateway answers 500; nobody gets in either way.
 */
export function authorizer(authenticate: (authorization: string) => Promise<Caller | Refusal>) {
  return async (
    event: APIGatewayRequestAuthorizerEventV2,
    { awsRequestId: requestId }: Pick<Context, 'awsRequestId'>,
  ): Promise<SimpleAnswer> => {
    try {
      const outcome = await authenticate(headerOf(event.headers ?? {}, 'authorization') ?? '');
      return { isAuthorized: true, context: toContext(outcome) };
    } catch (error) {
      log.error('authorizer_fault', { requestId, ...describeError(error) });
      const code = isUnavailable(error) ? 'unavailable' : 'internal_error';
      return { isAuthorized: true, context: toContext({ code, detail: `${code}_detail` }) };
    }
  };
}
