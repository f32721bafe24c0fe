import { describe, expect, it } from 'vitest';
import type { User } from '#lib/users/user.ts';
import { declaredRoutes } from '../architecture/read-service.ts';
import type { RegisteredUser, SeededUser } from './seeds.ts';
import { sharedGateway } from './shared-gateway.ts';
import { claimsOf } from './users.ts';

const { gateway, tables, seeds } = await sharedGateway({ settings: { AUTH_HEADER_TYPES: 'Bearer,Token' } });

/** Users of each kind, as actors and as targets. `billing-admin` is a role of the application. */
const kinds = {
  plain: {},
  staff: { roles: ['staff'] },
  'billing-admin': { roles: ['billing-admin'] },
  'staff with billing-admin': { roles: ['staff', 'billing-admin'] },
  superuser: { isSuperuser: true },
} as const satisfies Record<string, Partial<User>>;
type Kind = keyof typeof kinds;
const names = Object.keys(kinds) as Kind[];

type Way = { readonly body?: object; readonly path?: (target: RegisteredUser) => string; readonly done: number };

/** A request to each route with a user in its path that looks after users. */
const judged: Readonly<Record<string, Way>> = {
  userGet: { done: 200 },
  userExport: { done: 200 },
  userAudit: { done: 200 },
  userUpdate: { body: { email: 'mallory' }, done: 200 },
  userReplace: { body: { email: 'mallory' }, done: 200 },
  userSuspend: { body: { reason: 'spite' }, done: 200 },
  userReinstate: { done: 200 },
  userDelete: { done: 204 },
  sessionsList: { done: 200 },
  sessionEnd: { path: ({ access }) => String(claimsOf(access)['sid']), done: 204 },
  sessionsEnd: { done: 204 },
};
/** The routes that only read what every user who looks after others may see. */
const harmless = ['userGet'];

const routes = (await declaredRoutes()).map(({ route }) => route).filter(({ path }) => path.startsWith('/users/{id}/'));

/** The rule, written down once more: who may do it to whom. */
function mayBe(actor: Kind, target: Kind, name: string): boolean {
  if (actor === 'superuser') return true;
  if (!actor.startsWith('staff')) return false;
  return harmless.includes(name) || target === 'plain';
}

/** Asks with a body that a route without permission never reads. */
async function request(actor: SeededUser, target: RegisteredUser, name: string): Promise<number> {
  const route = routes.find((each) => each.name === name);
  const [method = 'GET'] = route?.methods ?? [];
  const { body, path } = judged[name] ?? { body: method === 'GET' ? undefined : {} };
  const place = (route?.path ?? '').replace('{id}', target.id).replace(/\{\w+\}/, path?.(target) ?? 'x');
  const { username, name: shown } = target.user;
  const sent = body && ('email' in body ? { username, name: shown, email: `${method}-${target.user.email}`.toLowerCase() } : body);
  const answer = await gateway.fetch(place, {
    method,
    headers: { authorization: `Bearer ${actor.access}`, ...(sent && { 'content-type': 'application/json' }) },
    ...(sent && { body: JSON.stringify(sent) }),
  });
  return answer.status;
}

describe('a route with a user in its path', () => {
  it('is in this table, or is for the user alone', () => {
    const missing = routes.filter(({ name, ownedBy }) => !ownedBy && !(name in judged)).map(({ name }) => name);
    expect([missing, Object.keys(judged).filter((name) => !routes.some((route) => route.name === name))]).toEqual([[], []]);
  });

  it.each(routes.map(({ name }) => name))(
    '%s answers each actor as the table of roles says, and a refusal changes nothing',
    async (name) => {
      const [asked, expected]: [Record<string, number>, Record<string, number>] = [{}, {}];
      for (const actor of names) {
        for (const target of names) {
          const [caller, other] = [await seeds.signedInUser(kinds[actor]), await seeds.registeredUser(kinds[target])];
          const before = await tables.get('users', { id: other.id });
          const isAllowed = name in judged && mayBe(actor, target, name);
          const cell = `${actor} to ${target}`;
          asked[cell] = await request(caller, other, name);
          expected[cell] = isAllowed ? (judged[name]?.done ?? 0) : 403;
          if (!isAllowed) expect(await tables.get('users', { id: other.id }), cell).toEqual(before);
        }
      }
      expect(asked).toEqual(expected);
    },
  );
});
