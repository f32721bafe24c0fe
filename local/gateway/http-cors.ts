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
 * The CORS headers that an HTTP API puts on an answer to this origin: none for an origin that is not in the configuration.
 * A configured API ignores what the function says about CORS (AWS: "Configuring CORS for an HTTP API").
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
 * `*`, `https://*` and `http://*` are the only patterns there are on AWS; anything else is an exact origin. The stage `local`, which is never
 * deployed, has patterns of its own beside them (`matchesOrigin`).
 */
function allowedOrigin({ AllowOrigins = [] }: CorsConfiguration, origin: string): string | undefined {
  if (AllowOrigins.includes('*')) return '*';
  const isAllowed = AllowOrigins.some((pattern) => pattern.endsWith('://*') && origin.startsWith(pattern.slice(0, -1)));
  return isAllowed || matchesOrigin(AllowOrigins, origin) ? origin : undefined;
}

/** A browser's question whether it may send a request at all (Fetch standard, CORS-preflight). */
export function isPreflight(method: string | undefined, headers: Readonly<Record<string, unknown>>): boolean {
  return method === 'OPTIONS' && headers['origin'] !== undefined && headers['access-control-request-method'] !== undefined;
}
