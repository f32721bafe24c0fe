import { describe, expect, it } from 'vitest';
import type { Route } from '#lib/http/route.ts';
import { type DeclaredFunction, declaredFunctions, declaredRoutes } from './read-service.ts';

/** One line per route of a function: method, path, name, and whether the authorizer locks it. */
const line = (name: string, method: string, path: string, isLocked: boolean) => `${method} ${path} ${name}${isLocked ? ' locked' : ''}`;

const ofRoute = ({ name, methods, path, access }: Route) => methods.map((method) => line(name, method, path, access === 'locked'));
const ofFunction = (name: string, { events = [] }: DeclaredFunction) =>
  events.flatMap(({ httpApi }) => (httpApi ? [line(name, httpApi.method, httpApi.path, httpApi.authorizer?.name === 'jwt')] : []));

const routes = await declaredRoutes();
const functions = declaredFunctions();

describe('functions.yml', () => {
  it('has the routes of the contracts and no others', () => {
    const promised = routes.flatMap(({ route }) => ofRoute(route)).sort();
    const wired = functions.flatMap(({ name, definition }) => ofFunction(name, definition)).sort();
    expect(promised.length).toBeGreaterThan(10);
    expect(wired).toEqual(promised);
  });

  it('is in the folder of the contract', () => {
    const folderOf = new Map(functions.map(({ name, folder }) => [name, folder]));
    for (const { folder, route } of routes) expect(folderOf.get(route.name), route.name).toBe(folder);
  });

  it('has one function per endpoint, and one handler per function', () => {
    const names = routes.map(({ route }) => route.name);
    const handlers = functions.map(({ definition }) => definition.handler);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(handlers).size).toBe(handlers.length);
  });

  it('names no authorizer except jwt', () => {
    const named = functions.flatMap(({ definition }) => definition.events ?? []).flatMap(({ httpApi }) => httpApi?.authorizer?.name ?? []);
    expect(new Set(named)).toEqual(new Set(['jwt']));
  });

  it('gives no function a longer timeout than the gateway’s', () => {
    const answering = functions.filter(({ name, definition }) => name === 'authorizer' || ofFunction(name, definition).length > 0);
    for (const { name, definition } of answering) expect(definition.timeout ?? 10, name).toBeLessThan(30);
  });
});

describe('a contract', () => {
  /** The locked routes with a user in the path that do not name exactly one rule: the owner, or a judge. */
  const unguarded = (all: readonly Route[]) =>
    all.filter(({ path, access, ownedBy, judged }) => {
      const isOwned = path.includes('{id}') && ownedBy === 'id';
      return access === 'locked'
        ? path.includes('/users/') && isOwned === (judged !== undefined)
        : ownedBy !== undefined || judged !== undefined;
    });

  it('with a user in its path says who may act on that user', () => {
    expect(unguarded(routes.map(({ route }) => route)).map(({ name }) => name)).toEqual([]);
  });

  it('with no rule or with two is found', () => {
    const made = { name: 'userGet', methods: ['GET'], path: '/users/{id}/', summary: '', access: 'locked', problems: [] } as const;
    const route: Route = { ...made, success: { status: 200, description: '' } };
    expect(unguarded([route, { ...route, ownedBy: 'sid' }, { ...route, ownedBy: 'id', judged: 'read' }])).toHaveLength(3);
    expect(
      unguarded([
        { ...route, ownedBy: 'id' },
        { ...route, judged: 'read' },
      ]),
    ).toEqual([]);
    expect(unguarded([{ ...route, path: '/users/', judged: 'read' }])).toEqual([]);
    expect(
      unguarded([
        { ...route, access: 'open', judged: 'read' },
        { ...route, path: '/users/' },
      ]),
    ).toHaveLength(2);
  });
});

describe('the comparison of routes', () => {
  const locked: Route = {
    name: 'userGet',
    methods: ['GET', 'HEAD'],
    path: '/users/{id}/',
    summary: '',
    access: 'locked',
    success: { status: 200, description: '' },
    problems: [],
  };

  it('notices a different lock, slash, method or name', () => {
    const wired = (path: string, methods: string[], authorizer = {}) =>
      ofFunction('userGet', { handler: 'x', events: methods.map((method) => ({ httpApi: { method, path, ...authorizer } })) });
    const jwt = { authorizer: { name: 'jwt' } };
    expect(wired('/users/{id}/', ['GET', 'HEAD'], jwt)).toEqual(ofRoute(locked));
    expect(wired('/users/{id}/', ['GET', 'HEAD'])).not.toEqual(ofRoute(locked));
    expect(wired('/users/{id}', ['GET', 'HEAD'], jwt)).not.toEqual(ofRoute(locked));
    expect(wired('/users/{id}/', ['GET'], jwt)).not.toEqual(ofRoute(locked));
    expect(wired('/users/{id}/', ['GET', 'HEAD'], jwt)).not.toEqual(ofRoute({ ...locked, name: 'usersGet' }));
  });
});
