import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogue } from '#lib/settings/catalogue.ts';
import { declaredRoutes } from './read-service.ts';

/** The rows of the table in docs/limits.md: the route, and its limits. */
const rows = new Map(
  [...readFileSync('docs/limits.md', 'utf8').matchAll(/^\| ([A-Z, ]+ \/\S*) \| (.+) \|$/gm)].map(([, route = '', limits = '']) => [
    route,
    limits,
  ]),
);
const settingsIn = (limits: string) => [...limits.matchAll(/`([A-Z_]+)`/g)].map(([, name = '']) => name);
const routes = (await declaredRoutes()).filter(({ route }) => !route.onlyLocal);
const rowOf = ({ methods, path }: { readonly methods: readonly string[]; readonly path: string }) => `${methods.join(', ')} ${path}`;

describe('docs/limits.md', () => {
  it('has a row for each route and no other', () => {
    expect([...rows.keys()].sort()).toEqual(routes.map(({ route }) => rowOf(route)).sort());
  });

  it.each(routes.map(({ route }) => route))('has limits for $path ($name) if its contract has 429, and else says why not', (route) => {
    const limits = rows.get(rowOf(route)) ?? '';
    const isLimited = (route.problems as readonly string[]).includes('throttled');
    expect(settingsIn(limits).length > 0).toBe(isLimited);
    expect(limits.startsWith('none: ')).toBe(!isLimited);
  });

  it('names settings that exist', () => {
    for (const name of [...rows.values()].flatMap(settingsIn)) expect(catalogue).toHaveProperty(name);
  });
});
