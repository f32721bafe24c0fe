import type { APIGatewayRequestAuthorizerEventV2, Context } from 'aws-lambda';
import { isUnavailable } from '#lib/aws/fault.ts';
import { describeError, log } from '#lib/log.ts';
import { Problem } from '#lib/problem.ts';
import { type Caller, type Refusal, toContext } from './caller.ts';
import { type Client, countedAddress, describeDevice } from './client.ts';
import { withinDeadline } from './deadline.ts';
import { headerOf } from './header.ts';

type Invocation = Pick<Context, 'awsRequestId'> & Partial<Pick<Context, 'getRemainingTimeInMillis'>>;
/** What a request brings along to prove who sends it: its headers, by their lower-case names, and where it came from. */
export type Asked = { readonly header: (name: string) => string | undefined; readonly client: Client };
type SimpleAnswer = { readonly isAuthorized: boolean; readonly context: Record<string, string> };

/**
 * The Lambda handler of an HTTP API's request authorizer (payload 2.0, simple answers). It never denies: API Gateway turns a
 * denial into a bare 403 that no client can act on. It hands the endpoint either the caller or the reason there is none, which the
 * endpoint turns into a 401, and where it cannot find out, a 503 or a 500; nobody gets in either way.
 */
export function authorizer(authenticate: (asked: Asked) => Promise<Caller | Refusal>) {
  return async (event: APIGatewayRequestAuthorizerEventV2, context: Invocation): Promise<SimpleAnswer> => {
    try {
      const header = (name: string) => headerOf(event.headers ?? {}, name);
      const { http } = event.requestContext ?? {};
      const client = {
        address: countedAddress(http?.sourceIp ?? ''), // serverless-offline does not say
        device: describeDevice(http?.userAgent),
        requestId: context.awsRequestId,
      };
      const outcome = await withinDeadline(authenticate({ header, client }), context);
      return { isAuthorized: true, context: toContext(outcome) };
    } catch (error) {
      log.error('authorizer_fault', { requestId: context.awsRequestId, ...describeError(error) });
      const code = isUnavailable(error) || isLate(error) ? 'unavailable' : 'internal_error';
      return { isAuthorized: true, context: toContext({ code, detail: `${code}_detail` }) };
    }
  };
}

const isLate = (error: unknown) => error instanceof Problem && error.code === 'unavailable';
