import type { FunctionDefinition, Resources } from './framework.ts';

/** Puts the stage's prefix before the path of every route. */
export function addPrefix(functions: Readonly<Record<string, FunctionDefinition>>, prefix: string): void {
  for (const { events = [] } of Object.values(functions)) {
    for (const { httpApi } of events) {
      if (httpApi) httpApi.path = prefix + httpApi.path;
    }
  }
}

/**
 * Adds to every route of the template that ends in a slash its twin without one, with the same function and the same
 * authorizer: API Gateway takes the two for two routes, and clients write either. It is done to the template because the
 * framework gives both one logical id, and serverless-offline one address.
 */
export function addTwins(resources: Resources): void {
  for (const [id, route] of Object.entries(resources)) {
    if (route.Type !== 'AWS::ApiGatewayV2::Route') continue;
    const twin = twinOf(String(route.Properties['RouteKey']));
    if (twin) resources[`${id}Slashless`] = { ...route, Properties: { ...route.Properties, RouteKey: twin } };
  }
}

/** The key of the same route without the slash at its end, such as `POST /login`; undefined where it has none, and for `/` itself. */
export function twinOf(routeKey: string): string | undefined {
  return /\/.*\/$/.test(routeKey) ? routeKey.slice(0, -1) : undefined;
}
