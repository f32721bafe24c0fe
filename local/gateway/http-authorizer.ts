import type { Functions } from './functions.ts';
import { gatewayAnswer, type HttpAnswer } from './http-answer.ts';
import type { RequestEvent } from './http-event.ts';

/** An `AWS::ApiGatewayV2::Authorizer` of type REQUEST. */
export type AuthorizerProperties = {
  readonly AuthorizerType: string;
  readonly AuthorizerUri: string;
  readonly AuthorizerPayloadFormatVersion?: string;
  readonly AuthorizerResultTtlInSeconds?: number;
  readonly EnableSimpleResponses?: boolean;
  readonly IdentitySource?: readonly string[];
};

/** The content of `requestContext.authorizer.lambda`, the answer that ends the request, or the failure. */
type Authorized = { readonly context: unknown } | { readonly refused: HttpAnswer } | { readonly failed: AuthorizerFailure };
/** The authorizer returned no decision, or none in time. */
type AuthorizerFailure = { readonly functionName: string; readonly timedOut: boolean };
export type Authorizer = (request: AuthorizerRequest) => Promise<Authorized>;
type AuthorizerRequest = {
  readonly event: RequestEvent;
  readonly routeKey: string;
  readonly routeArn: string;
  readonly pathParameters: Readonly<Record<string, string>>;
};

type Decision = { readonly isAuthorized: boolean; readonly context?: unknown };

/** AWS quotas: "Timeout for Lambda authorizer response". */
const timeoutMs = 10_000;
/** AWS: "AuthorizerResultTtlInSeconds". */
const longestTtlMs = 3_600_000;

/**
 * A Lambda authorizer with simple responses. A missing or empty identity source is a 401 without a call, `false` is a
 * 403, and an answer without a decision is a 500. Decisions of both kinds are cached for all routes by the values of
 * the identity sources, for the configured time since they were made; failures are not (AWS: "Caching authorizer
 * responses"). AWS does not say how many caches it has. The worst case is taken: one cache that loses nothing early.
 */
export function lambdaAuthorizer(
  properties: AuthorizerProperties,
  functionName: string,
  functions: Pick<Functions, 'invoke'>,
  now = Date.now,
): Authorizer {
  const { AuthorizerType, EnableSimpleResponses, AuthorizerPayloadFormatVersion } = properties;
  if (AuthorizerType !== 'REQUEST' || !EnableSimpleResponses || AuthorizerPayloadFormatVersion !== '2.0') {
    throw new Error('only request authorizers with simple responses and payload 2.0 are understood here');
  }
  const ttlMs = (properties.AuthorizerResultTtlInSeconds ?? 0) * 1000;
  if (ttlMs > longestTtlMs) throw new Error('AuthorizerResultTtlInSeconds is at most 3600');
  if (ttlMs > 0 && !properties.IdentitySource?.length) throw new Error('an authorizer without an identity source cannot be cached');
  const kept = new Map<string, { readonly decision: Decision; readonly until: number }>();

  async function decide(request: AuthorizerRequest, identitySource: readonly string[]): Promise<Decision | 'failed' | 'timed-out'> {
    const key = JSON.stringify(identitySource);
    const known = kept.get(key);
    if (known && known.until > now()) return known.decision;
    const { routeKey, routeArn, pathParameters } = request;
    const { requestContext, ...event } = request.event;
    const outcome = await functions.invoke(
      functionName,
      {
        ...event,
        type: 'REQUEST',
        routeArn,
        identitySource,
        routeKey,
        requestContext: { ...requestContext, routeKey },
        ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
      },
      { timeoutMs },
    );
    const decision = outcome.kind === 'returned' ? asDecision(outcome.payload) : undefined;
    if (!decision) return outcome.kind === 'timed-out' ? 'timed-out' : 'failed';
    if (ttlMs > 0) kept.set(key, { decision, until: now() + ttlMs });
    return decision;
  }

  return async (request) => {
    const identity = (properties.IdentitySource ?? []).map((expression) => select(expression, request));
    if (!identity.every((value): value is string => Boolean(value))) return { refused: gatewayAnswer(401, 'Unauthorized') };
    const decision = await decide(request, identity);
    if (typeof decision === 'string') return { failed: { functionName, timedOut: decision === 'timed-out' } };
    return decision.isAuthorized ? { context: decision.context ?? null } : { refused: gatewayAnswer(403, 'Forbidden') };
  };
}

function select(expression: string, { event, routeKey }: AuthorizerRequest): string | undefined {
  const [, kind, name = ''] = /^\$(request\.header|request\.querystring|context)\.(.+)$/.exec(expression) ?? [];
  if (kind === 'request.header') return event.headers[name.toLowerCase()];
  if (kind === 'request.querystring') return event.queryStringParameters?.[name];
  if (kind === 'context' && name === 'routeKey') return routeKey;
  throw new Error(`the identity source ${expression} is not understood here`);
}

function asDecision(payload: string): Decision | undefined {
  const value = JSON.parse(payload);
  return typeof value?.isAuthorized === 'boolean' ? value : undefined;
}
