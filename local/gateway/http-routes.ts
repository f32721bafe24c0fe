/** A route of an HTTP API, from its key such as `GET /users/{id}/`. */
export type RoutePattern = { readonly routeKey: string };
export type Matched<R> = { readonly route: R; readonly pathParameters: Readonly<Record<string, string>> };

type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'greedy'; readonly name: string };
type Pattern<R> = { readonly route: R; readonly method: string; readonly segments: readonly Segment[] };

/**
 * Chooses the route of a request by AWS's priorities: a full match of path and method, then a greedy `{proxy+}`, then
 * `$default` (AWS: "Routing API requests"). Slashes count, also a final one, and a parameter is never empty. AWS leaves
 * open which of two full matches wins. Here more literal text to the left wins, and a named method wins over `ANY`.
 */
export function routeMatcher<R extends RoutePattern>(routes: readonly R[]): (method: string, path: string) => Matched<R> | undefined {
  const patterns = routes.filter(({ routeKey }) => routeKey !== '$default').map(parse);
  patterns.sort((one, other) => compare(rank(one), rank(other)));
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');
  return (method, path) => {
    const given = path.split('/').slice(1);
    for (const { route, method: wanted, segments } of patterns) {
      if (wanted !== method && wanted !== 'ANY') continue;
      const pathParameters = fit(segments, given);
      if (pathParameters) return { route, pathParameters };
    }
    return fallback && { route: fallback, pathParameters: {} };
  };
}

function parse<R extends RoutePattern>(route: R): Pattern<R> {
  const [method = '', path = ''] = route.routeKey.split(' ');
  const segments = path
    .split('/')
    .slice(1)
    .map((text): Segment => {
      const [, name, plus] = /^\{([^}+]+)(\+?)\}$/.exec(text) ?? [];
      if (!name) return { kind: 'literal', text };
      return { kind: plus ? 'greedy' : 'parameter', name };
    });
  return { route, method, segments };
}

function rank({ segments, method }: Pattern<unknown>): number[] {
  const weight = { literal: 0, parameter: 1, greedy: 2 };
  const isGreedy = segments.some(({ kind }) => kind === 'greedy');
  return [isGreedy ? 1 : 0, isGreedy ? -segments.length : 0, ...segments.map(({ kind }) => weight[kind]), method === 'ANY' ? 1 : 0];
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}

function fit(segments: readonly Segment[], given: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const text = given[index];
    if (text === undefined) return undefined;
    if (segment.kind === 'greedy') {
      const rest = given.slice(index).join('/');
      return rest === '' ? undefined : { ...parameters, [segment.name]: rest };
    }
    if (segment.kind === 'literal' ? segment.text !== text : text === '') return undefined;
    if (segment.kind === 'parameter') parameters[segment.name] = text;
  }
  return segments.length === given.length ? parameters : undefined;
}
