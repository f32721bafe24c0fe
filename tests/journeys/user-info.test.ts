import { describe, expect, it } from 'vitest';
import { sharedGateway } from './shared-gateway.ts';
import { bearer, post, read, signedInUser } from './users.ts';

const { gateway, tables } = await sharedGateway();

describe('/userInfo/', () => {
  it.each(['GET', 'POST'])('answers %s with the caller’s id, names, roles and abilities', async (method) => {
    const user = await signedInUser(gateway);
    await tables.set('users', { id: user.id }, 'roles', ['editor']);
    const response = await gateway.fetch('/userInfo/', { method, headers: bearer(user.access) });
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        status_code: 200,
        message: 'success',
        data: {
          sub: user.id,
          username: user.username,
          roles: ['editor'],
          ability: [
            { action: 'read', subject: 'self' },
            { action: 'update', subject: 'self' },
            { action: 'delete', subject: 'self' },
          ],
          avatar: null,
        },
      },
    ]);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('gives a superuser the ability to manage everything, from the next request on', async () => {
    const user = await signedInUser(gateway);
    await tables.set('users', { id: user.id }, 'is_superuser', true);
    await tables.set('users', { id: user.id }, 'avatar', `${'a'.repeat(32)}.webp`);
    const response = await read(gateway, '/userInfo/', user.access);
    expect(await response.json()).toMatchObject({
      data: { ability: [{ action: 'manage', subject: 'all' }], avatar: `${gateway.origin}/media/image/${'a'.repeat(32)}.webp` },
    });
  });

  it('ignores the body: it cannot name another user', async () => {
    const [user, otherUser] = await Promise.all([signedInUser(gateway), signedInUser(gateway)]);
    const body = { sub: otherUser.id, access_token: otherUser.access };
    const response = await post(gateway, '/userInfo/', body, bearer(user.access));
    expect(await response.json()).toMatchObject({ data: { sub: user.id } });
  });
});
