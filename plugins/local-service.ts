import type { Settings } from '#lib/settings/catalogue.ts';
import type { Sources } from '#local/functions/source-functions.ts';
import type { Functions } from '#local/gateway/functions.ts';
import type { Api, Integrated } from '#local/gateway/http-api-template.ts';
import { lambdaAuthorizer } from '#local/gateway/http-authorizer.ts';
import type { CorsConfiguration } from '#local/gateway/http-cors.ts';
import { identifyBy } from './authorizer.ts';
import { corsFor } from './cors.ts';
import type { AuthorizerDefinition, FunctionDefinition } from './framework.ts';
import { twinOf } from './routes.ts';

/** The stage `local`: its declared functions, its settings, and the environment of the functions. */
export type LocalService = {
  readonly functions: Readonly<Record<string, FunctionDefinition>>;
  readonly settings: Settings;
  readonly environment: Readonly<Record<string, string>>;
  /** The seconds and megabytes of `provider`, for functions without their own. */
  readonly defaults: { readonly timeout: number; readonly memorySize: number };
};

/** AWS quotas: "Maximum integration timeout". */
const integrationTimeoutMs = 30_000;

/** The functions of a stage, to run from their sources. */
export function sourcesOf({ functions, environment, defaults }: LocalService): Sources {
  const of = ([name, { handler, timeout, memorySize }]: [string, FunctionDefinition]) => ({
    name,
    handler,
    timeoutMs: (timeout ?? defaults.timeout) * 1000,
    memoryMegabytes: memorySize ?? defaults.memorySize,
  });
  return { functions: Object.entries(functions).map(of), environment };
}

/**
 * The HTTP API that CloudFormation would make of the same declarations: routes with their twins, the authorizer and its
 * header, CORS. `tests/architecture/local-api.test.ts` compares it with the compiled template.
 */
export function apiOf({ functions, settings }: LocalService, domainName: string, run: Pick<Functions, 'invoke'>): Api {
  const authorize = lambdaAuthorizer(authorizerOf(settings), 'authorizer', run);
  const cors = corsFor(settings.CORS_ORIGINS, settings.AUTH_HEADER_NAME);
  const routes = Object.entries(functions).flatMap(([functionName, { events = [] }]) =>
    events.flatMap(({ httpApi }) => {
      if (!httpApi) return [];
      const key = `${httpApi.method.toUpperCase().replace('*', 'ANY')} ${httpApi.path}`;
      const route = (routeKey: string): Integrated => ({
        routeKey,
        functionName,
        timeoutMs: integrationTimeoutMs,
        mayInvoke: () => true,
        authorize: httpApi.authorizer ? authorize : undefined,
      });
      return [key, twinOf(key)].filter((each) => each !== undefined).map(route);
    }),
  );
  return {
    place: { apiId: 'local', accountId: '000000000000', domainName, keepsHost: true },
    region: 'us-east-1',
    cors: cors && inTemplate(cors),
    routes,
  };
}

function authorizerOf(settings: Settings) {
  const definition: AuthorizerDefinition = { resultTtlInSeconds: settings.AUTHORIZER_CACHE };
  identifyBy(definition, settings);
  return {
    AuthorizerType: 'REQUEST',
    AuthorizerUri: 'authorizer',
    AuthorizerPayloadFormatVersion: '2.0',
    EnableSimpleResponses: true,
    AuthorizerResultTtlInSeconds: settings.AUTHORIZER_CACHE,
    ...(definition.identitySource && { IdentitySource: [definition.identitySource] }),
  };
}

const inTemplate = (cors: NonNullable<ReturnType<typeof corsFor>>): CorsConfiguration => ({
  AllowOrigins: cors.allowedOrigins,
  AllowHeaders: cors.allowedHeaders,
  AllowMethods: cors.allowedMethods,
  ExposeHeaders: cors.exposedResponseHeaders,
  AllowCredentials: cors.allowCredentials,
  MaxAge: cors.maxAge,
});
