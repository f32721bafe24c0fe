import type { FunctionDefinition, Resources } from './framework.ts';

/** Adds the stage's prefix to the path of every route. */
export function addPrefix(functions: Readonly<Record<string, FunctionDefinition>>, prefix: string): void {
  for (const { events = [] } of Object.values(functions)) {
    for (const { httpApi } of events) {
      if (httpApi) httpApi.path = prefix + httpApi.path;
    }
  }
}

/**
 * Adds to every route of the template that ends in a slash a twin without it, with the same function and authorizer.
 * API Gateway treats them as two routes, and clients write either. The template is changed because the framework gives
 * both one logical id, and serverless-offline one address.
 */
export function addTwins(resources: Resources): void {
  for (const [id, route] of Object.entries(resources)) {
    if (route.Type !== 'AWS::ApiGatewayV2::Route') continue;
    const twin = twinOf(String(route.Properties['RouteKey']));
    if (twin) resources[`${id}Slashless`] = { ...route, Properties: { ...route.Properties, RouteKey: twin } };
  }
}

/** The key of the same route without its final slash, such as `POST /login`. Undefined if it has none, and for `/`. */
export function twinOf(routeKey: string): string | undefined {
  return /\/.*\/$/.test(routeKey) ? routeKey.slice(0, -1) : undefined;
}
