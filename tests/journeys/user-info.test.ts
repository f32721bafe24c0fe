import { describe, expect, it } from 'vitest';
import { sharedGateway } from './shared-gateway.ts';
import { post, read, signedInUser } from './users.ts';

const { gateway, tables } = await sharedGateway();

describe('/userInfo/', () => {
  it.each(['GET', 'POST'])('tells a client by %s who is signed in and what to offer them', async (method) => {
    const user = await signedInUser(gateway);
    await tables.set('users', { id: user.id }, 'roles', ['editor']);
    const response = await gateway.fetch('/userInfo/', { method, headers: { authorization: `Bearer ${user.access}` } });
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

  it('shows a superuser as one who may manage everything, from the next request on', async () => {
    const user = await signedInUser(gateway);
    await tables.set('users', { id: user.id }, 'is_superuser', true);
    await tables.set('users', { id: user.id }, 'avatar', `${'a'.repeat(32)}.webp`);
    const response = await read(gateway, '/userInfo/', user.access);
    expect(await response.json()).toMatchObject({
      data: { ability: [{ action: 'manage', subject: 'all' }], avatar: `${gateway.origin}/media/image/${'a'.repeat(32)}.webp` },
    });
  });

  it('looks at no body: nobody is somebody else by sending one', async () => {
    const [user, otherUser] = await Promise.all([signedInUser(gateway), signedInUser(gateway)]);
    const body = { sub: otherUser.id, access_token: otherUser.access };
    const response = await post(gateway, '/userInfo/', body, { authorization: `Bearer ${user.access}` });
    expect(await response.json()).toMatchObject({ data: { sub: user.id } });
  });
});
