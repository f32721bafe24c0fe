import { glob } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Route } from '#lib/http/route.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** All routes that the contracts declare for every stage, sorted by path and method. */
export async function allRoutes(): Promise<Route[]> {
  const routes: Route[] = [];
  for await (const file of glob('functions/*/contract.ts', { cwd: root })) {
    const contract = (await import(`${root}${file}`)) as Record<string, Route>;
    routes.push(...Object.values(contract).filter((value) => typeof value === 'object' && 'methods' in value));
  }
  return routes
    .filter(({ onlyLocal }) => !onlyLocal)
    .sort((a, b) => a.path.localeCompare(b.path, 'en') || a.methods[0].localeCompare(b.methods[0], 'en'));
}
