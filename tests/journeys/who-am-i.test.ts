import { describe, expect, it } from 'vitest';
import { post, read, resident } from './people.ts';
import { sharedGateway } from './shared-gateway.ts';

const { gateway, tables } = await sharedGateway();

describe('/userInfo/', () => {
  it.each(['GET', 'POST'])('tells a client by %s who is signed in and what to offer them', async (method) => {
    const person = await resident(gateway);
    await tables.set('users', { id: person.id }, 'roles', ['editor']);
    const response = await gateway.fetch('/userInfo/', { method, headers: { authorization: `Bearer ${person.access}` } });
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        status_code: 200,
        message: 'success',
        data: {
          sub: person.id,
          username: person.username,
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
    const person = await resident(gateway);
    await tables.set('users', { id: person.id }, 'is_superuser', true);
    await tables.set('users', { id: person.id }, 'avatar', `${'a'.repeat(32)}.webp`);
    const response = await read(gateway, '/userInfo/', person.access);
    expect(await response.json()).toMatchObject({
      data: { ability: [{ action: 'manage', subject: 'all' }], avatar: `${gateway.origin}/media/image/${'a'.repeat(32)}.webp` },
    });
  });

  it('looks at no body: nobody is somebody else by sending one', async () => {
    const [person, stranger] = await Promise.all([resident(gateway), resident(gateway)]);
    const body = { sub: stranger.id, access_token: stranger.access };
    const response = await post(gateway, '/userInfo/', body, { authorization: `Bearer ${person.access}` });
    expect(await response.json()).toMatchObject({ data: { sub: person.id } });
  });
});
