import { describe, expect, it } from 'vitest';
import { unlimitedCodes } from './mail.ts';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, bearer, newUser, post, type SignedInUser, signedInUser, signIn } from './users.ts';

const settings = {
  ...unlimitedCodes,
  LOGIN_RATE_ACCOUNT: '1000/15m',
  CHANGE_UNDO_URL: 'http://localhost:3000/undo#{token}',
  PASSWORD_RESET_URL: 'http://localhost:3000/reset#{token}',
};
const { gateway, tables, mail } = await sharedGateway({ stage: 'local', settings });

const another = 'another fine sentence';
const own = (user: SignedInUser, path: string, body: Body) => post(gateway, `/users/${user.id}/${path}/`, body, bearer(user.access));
const secretTo = async (address: string) => await mail.last(address);
/** Sends a code or link; `use` shows it later, from a session of then, and gives the status. */
const purposes: Readonly<Record<string, (user: SignedInUser) => Promise<(later: SignedInUser) => Promise<number>>>> = {
  verify: async (user) => {
    await own(user, 'verify', { channel: 'email' });
    const code = await secretTo(user.email);
    return async (later) => (await own(later, 'verify', { channel: 'email', code })).status;
  },
  login: async ({ email }) => {
    await post(gateway, '/codes/', { channel: 'email', to: email, purpose: 'login' });
    const code = await secretTo(email);
    return async () => (await post(gateway, '/login/code/', { email, code })).status;
  },
  reset: async ({ email }) => {
    await post(gateway, '/password/forgot/', { email });
    const token = await secretTo(email);
    return async () => (await post(gateway, '/password/reset/', { token, password: another, password_confirmation: another })).status;
  },
  change: async (user) => {
    const { email } = newUser();
    await own(user, 'email', { email, password: user.password });
    const code = await secretTo(email);
    return async (later) => (await own(later, 'email', { email, password: later.password, code })).status;
  },
};
/** What begins another epoch of the user's. */
const ends: Readonly<Record<string, (user: SignedInUser) => Promise<Response>>> = {
  'signing out everywhere': ({ access }) => post(gateway, '/logout/', { scope: 'global' }, bearer(access)),
  'ending all sessions and API tokens': ({ id, access }) =>
    gateway.fetch(`/users/${id}/sessions/?api_tokens=true`, { method: 'DELETE', headers: bearer(access) }),
};

describe.each(['true', 'false'])('a code or link that was sent before, with CHECK_REVOKE_TOKEN=%s', (check) => {
  const cases = Object.keys(purposes).flatMap((purpose) => Object.keys(ends).map((end) => [purpose, end] as const));
  it.each(cases)('of purpose %s is dead after %s', async (purpose, end) => {
    gateway.use({ CHECK_REVOKE_TOKEN: check });
    const user = await signedInUser(gateway);
    const use = await purposes[purpose]?.(user);
    expect((await ends[end]?.(user))?.status).toBeLessThan(300);
    const later = { ...user, ...(await signIn(gateway, user)) };
    expect(await use?.(later)).toBe(purpose === 'login' ? 401 : 400);
    const next = await purposes[purpose]?.(later);
    expect(await next?.(later), 'one that is sent afterwards').toBeLessThan(300);
  });

  it('that takes an exchange of addresses back lives on', async () => {
    gateway.use({ CHECK_REVOKE_TOKEN: check });
    const user = await signedInUser(gateway);
    await tables.set('users', { id: user.id }, 'email_verified', true);
    const headers = { ...bearer(user.access), 'content-type': 'application/json' };
    const body = JSON.stringify({ email: newUser().email });
    expect((await gateway.fetch(`/users/${user.id}/`, { method: 'PATCH', headers, body })).status).toBe(200);
    await post(gateway, '/logout/', { scope: 'global' }, bearer(user.access));
    expect((await post(gateway, '/users/undo/', { token: await secretTo(user.email) })).status).toBe(204);
  });
});
