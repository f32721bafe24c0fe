import type { APIGatewayRequestAuthorizerEventV2, Context } from 'aws-lambda';
import { isUnavailable } from '#lib/aws/fault.ts';
import { type Caller, type Refusal, toContext } from '#lib/caller/caller.ts';
import { type Client, countedAddress, describeDevice } from '#lib/caller/client.ts';
import { describeError, log } from '#lib/log.ts';
import { Problem } from '#lib/problem.ts';
import { withRequestContext } from '#lib/request-context.ts';
import { cookieValues } from './cookies.ts';
import { withinDeadline } from './deadline.ts';
import { headerOf } from './header.ts';

type Invocation = Pick<Context, 'awsRequestId'> & Partial<Pick<Context, 'getRemainingTimeInMillis'>>;
/** The parts of a request that can prove who sends it. */
export type Asked = {
  readonly method: string;
  readonly header: (name: string) => string | undefined;
  /** Every value of a cookie, see `cookieValues`. */
  readonly cookies: (name: string) => readonly string[];
  /** The scheme and host that the request was sent to. */
  readonly origin: string;
  readonly client: Client;
};
type Keeping = { readonly isKept?: boolean };
type SimpleAnswer = { readonly isAuthorized: boolean; readonly context: Record<string, string> };

/**
 * The Lambda handler of an HTTP API's request authorizer (payload 2.0, simple responses). It never denies, because API
 * Gateway turns a denial into a bare 403 that no client can act on. It hands the endpoint either the caller or the
 * reason for a refusal, which the endpoint answers with a 401. If the check itself fails, the endpoint answers 503 or
 * 500, and no request gets in. If API Gateway caches the result (`isKept`), a failed check is thrown instead: this
 * request gets a bare 500, but the failure is not cached and the next request is checked again.
 */
export function authorizer(authenticate: (asked: Asked) => Promise<Caller | Refusal>, { isKept = false }: Keeping = {}) {
  return async (event: APIGatewayRequestAuthorizerEventV2, context: Invocation): Promise<SimpleAnswer> => {
    try {
      const asked = askedBy(event, context.awsRequestId);
      const work = async () => await authenticate(asked);
      const outcome = await withinDeadline(withRequestContext({ via: 'authorizer', ...asked.client }, work), context);
      return { isAuthorized: true, context: toContext(outcome) };
    } catch (error) {
      log.error('authorizer_fault', { requestId: context.awsRequestId, ...describeError(error) });
      if (isKept) throw new Error('the authorizer could not find out');
      const code = isUnavailable(error) || isLate(error) ? 'unavailable' : 'internal_error';
      return { isAuthorized: true, context: toContext({ code, detail: `${code}_detail` }) };
    }
  };
}

function askedBy(event: APIGatewayRequestAuthorizerEventV2, requestId: string): Asked {
  const { http, domainName } = event.requestContext ?? {};
  return {
    method: http?.method ?? '',
    header: (name) => headerOf(event.headers ?? {}, name),
    cookies: (name) => cookieValues(event, name),
    origin: `https://${domainName}`,
    // serverless-offline sends no source address
    client: { address: countedAddress(http?.sourceIp ?? ''), device: describeDevice(http?.userAgent), requestId },
  };
}

const isLate = (error: unknown) => error instanceof Problem && error.code === 'unavailable';
