import type { Functions } from './functions.ts';
import { internalServerError } from './http-answer.ts';
import { type Authorizer, type AuthorizerProperties, lambdaAuthorizer } from './http-authorizer.ts';
import type { CorsConfiguration } from './http-cors.ts';
import type { ApiPlace } from './http-event.ts';
import { matchesPattern } from './iam-policy.ts';
import type { Template } from './template.ts';

/** A route with its function and its authorizer. */
export type Integrated = {
  readonly routeKey: string;
  readonly functionName: string;
  readonly timeoutMs: number;
  readonly mayInvoke: (routeArn: string) => boolean;
  readonly authorize: Authorizer | undefined;
};
/** The HTTP API of a template. */
export type Api = {
  readonly place: ApiPlace;
  readonly region: string;
  readonly cors: CorsConfiguration | undefined;
  readonly routes: readonly Integrated[];
};

/** AWS quotas: "Maximum integration timeout". */
const integrationTimeoutMs = 30_000;

type RouteProperties = { RouteKey: string; Target: string; AuthorizationType?: string; AuthorizerId?: string };
type IntegrationProperties = { IntegrationUri: string; PayloadFormatVersion: string; TimeoutInMillis?: number };
type PermissionProperties = { FunctionName: string; Action: string; Principal: string; SourceArn?: string };

/** Reads the one HTTP API of a template; throws if the template has something that this gateway does not support. */
export function readApi(template: Template, functions: Functions, clock?: () => number): Api {
  const { ofType, place } = template;
  const [api, ...others] = ofType<{ CorsConfiguration?: CorsConfiguration }>('AWS::ApiGatewayV2::Api');
  if (!api || others.length > 0) throw new Error('the template has to have exactly one HTTP API');
  const stages = ofType<{ StageName: string }>('AWS::ApiGatewayV2::Stage');
  if (stages[0]?.properties.StageName !== '$default') throw new Error('only the stage $default is understood here');
  const apiId = api.id.toLowerCase().slice(0, 10);
  const authorizers = new Map(ofType<AuthorizerProperties>('AWS::ApiGatewayV2::Authorizer').map(({ id, properties }) => [id, properties]));
  const made = new Map<string, Authorizer>();
  const integrations = new Map(
    ofType<IntegrationProperties>('AWS::ApiGatewayV2::Integration').map(({ id, properties }) => [id, properties]),
  );
  const permissions = ofType<PermissionProperties>('AWS::Lambda::Permission').map(({ properties }) => properties);

  function mayInvoke(functionArn: string): (sourceArn: string) => boolean {
    const granted = permissions.filter(
      ({ FunctionName, Action, Principal }) =>
        functions.find(FunctionName).arn === functionArn && Action === 'lambda:InvokeFunction' && Principal === 'apigateway.amazonaws.com',
    );
    return (sourceArn) => granted.some(({ SourceArn = '*' }) => matchesPattern(SourceArn, sourceArn));
  }

  function authorizer(id: string): Authorizer {
    const properties = authorizers.get(id);
    if (!properties) throw new Error(`a route names the authorizer ${id}, which is not in the template`);
    const known = made.get(id);
    if (known) return known;
    const { arn } = functions.find(invokedBy(properties.AuthorizerUri));
    const may = mayInvoke(arn)(`arn:aws:execute-api:${place.region}:${place.accountId}:${apiId}/authorizers/${id}`);
    const authorize: Authorizer = may
      ? lambdaAuthorizer(properties, arn, functions, clock)
      : async () => ({ refused: internalServerError });
    made.set(id, authorize);
    return authorize;
  }

  const routes = ofType<RouteProperties>('AWS::ApiGatewayV2::Route').map(({ properties }): Integrated => {
    const { RouteKey, Target, AuthorizationType = 'NONE', AuthorizerId } = properties;
    const integration = integrations.get(Target.replace('integrations/', ''));
    if (integration?.PayloadFormatVersion !== '2.0') throw new Error(`${RouteKey} has no integration with payload 2.0`);
    if (AuthorizationType !== 'NONE' && AuthorizationType !== 'CUSTOM')
      throw new Error(`${RouteKey}: ${AuthorizationType} is not understood here`);
    const { arn } = functions.find(invokedBy(integration.IntegrationUri));
    return {
      routeKey: RouteKey,
      functionName: arn,
      timeoutMs: Math.min(integrationTimeoutMs, integration.TimeoutInMillis ?? integrationTimeoutMs),
      mayInvoke: mayInvoke(arn),
      authorize: AuthorizationType === 'CUSTOM' ? authorizer(AuthorizerId ?? '') : undefined,
    };
  });
  return {
    place: { apiId, accountId: place.accountId, domainName: `${apiId}.execute-api.${place.region}.amazonaws.com` },
    region: place.region,
    cors: api.properties.CorsConfiguration,
    routes,
  };
}

/** The function behind an integration or authorizer URI, which is its ARN or wraps it. */
const invokedBy = (uri: string) => /functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri;
