import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { toContext } from '#lib/caller/caller.ts';

type Given = {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly params?: Record<string, string>;
  /** The context from the authorizer. */
  readonly lambda?: Record<string, unknown>;
  readonly sourceIp?: string;
};

export const context = { awsRequestId: 'request-1' };

/** The context of a caller whose token expires in years. */
export const callerContext = toContext({ sub: 'user-1', sid: 'session-1', jti: 'token-1', roles: ['editor'], exp: 4_000_000_000 });

/** A request as an HTTP API sends it to a function (payload 2.0). */
export function madeEvent({
  method = 'POST',
  headers = {},
  body,
  params,
  lambda,
  sourceIp = '192.0.2.1',
}: Given = {}): APIGatewayProxyEventV2 {
  return {
    headers,
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
    ...(params && { pathParameters: params }),
    requestContext: {
      domainName: 'accounts.example.com',
      timeEpoch: Date.now(),
      http: { method, path: '/', protocol: 'HTTP/1.1', sourceIp, userAgent: 'a telephone' },
      ...(lambda && { authorizer: { lambda } }),
    },
  } as unknown as APIGatewayProxyEventV2;
}

/** A request with fields as JSON. */
export function jsonEvent(fields: unknown, given: Given = {}): APIGatewayProxyEventV2 {
  return madeEvent({ ...given, headers: { 'content-type': 'application/json', ...given.headers }, body: JSON.stringify(fields) });
}
