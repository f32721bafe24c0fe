import { matchesOrigin } from '#lib/origins.ts';

/** The `CorsConfiguration` of an `AWS::ApiGatewayV2::Api`. */
export type CorsConfiguration = {
  readonly AllowOrigins?: readonly string[];
  readonly AllowMethods?: readonly string[];
  readonly AllowHeaders?: readonly string[];
  readonly ExposeHeaders?: readonly string[];
  readonly AllowCredentials?: boolean;
  readonly MaxAge?: number;
};

/**
 * The CORS headers of an HTTP API for this origin: none if the configuration does not have it. A configured API ignores
 * the CORS headers of the function (AWS: "Configuring CORS for an HTTP API").
 */
export function corsHeaders(cors: CorsConfiguration, origin: string | undefined, isPreflight: boolean): Record<string, string> {
  const allowed = origin && allowedOrigin(cors, origin);
  if (!allowed) return {};
  const list = (values: readonly string[] | undefined) => (values?.length ? values.join(',') : undefined);
  const headers: Record<string, string | undefined> = {
    'access-control-allow-origin': allowed,
    'access-control-allow-credentials': cors.AllowCredentials ? 'true' : undefined,
    ...(isPreflight
      ? {
          'access-control-allow-methods': list(cors.AllowMethods),
          'access-control-allow-headers': list(cors.AllowHeaders?.map((name) => name.toLowerCase())),
          'access-control-max-age': cors.MaxAge === undefined ? undefined : String(cors.MaxAge),
        }
      : { 'access-control-expose-headers': list(cors.ExposeHeaders?.map((name) => name.toLowerCase())) }),
  };
  return Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/**
 * `*`, `https://*` and `http://*` are the only patterns on AWS; anything else is an exact origin. The stage `local`,
 * which is never deployed, has its own patterns besides (`matchesOrigin`).
 */
function allowedOrigin({ AllowOrigins = [] }: CorsConfiguration, origin: string): string | undefined {
  if (AllowOrigins.includes('*')) return '*';
  const isAllowed = AllowOrigins.some((pattern) => pattern.endsWith('://*') && origin.startsWith(pattern.slice(0, -1)));
  return isAllowed || matchesOrigin(AllowOrigins, origin) ? origin : undefined;
}

/** A browser's question whether it may send a request (Fetch standard, CORS-preflight). */
export function isPreflight(method: string | undefined, headers: Readonly<Record<string, unknown>>): boolean {
  return method === 'OPTIONS' && headers['origin'] !== undefined && headers['access-control-request-method'] !== undefined;
}
