import { describe, expect, it, onTestFinished } from 'vitest';
import { unlimitedCodes } from './mail.ts';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, newUser, post, problemOf, signIn } from './users.ts';

const shape = { AUTH_HEADER_TYPES: 'Bearer,Token,Basic', PUBLIC_URL: 'http://localhost' };
const settings = { ...unlimitedCodes, BCRYPT_ROUNDS: '4', CHANGE_UNDO_URL: 'http://localhost:3000/undo#{token}' };
const { gateway, tables, seeds, clock } = await sharedGateway({ stage: 'local', shape, settings });

const keeper = async () => await seeds.registeredUser({ roles: ['staff'] });
const made = async (authorization: string, body: Body) => await post(gateway, '/users/', body, { authorization });
const idOf = async (response: Response) => {
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: string }).id;
};

describe('vouching for the address of a new user', () => {
  it('needs a recent sign-in in a session: an API token, HTTP Basic and an old session do not count', async () => {
    const staff = newUser();
    const { id } = (await (await post(gateway, '/register/', { ...staff, password_confirmation: staff.password })).json()) as {
      id: string;
    };
    await tables.set('users', { id }, 'roles', ['staff']);
    const { token } = (await (await post(gateway, '/api-token-auth/', staff)).json()) as { token: string };
    const { access } = await signIn(gateway, staff);
    const basic = `Basic ${btoa(`${staff.username}:${staff.password}`)}`;
    const wish = () => (({ name, email, mobile }) => ({ name, email, mobile, password: 'known to the thief' }))(newUser());
    for (const proved of [['email'], ['mobile'], ['email', 'mobile']])
      for (const authorization of [`Token ${token}`, basic])
        expect(await problemOf(await made(authorization, { ...wish(), proved }))).toMatchObject({
          status: 403,
          code: 'fresh_login_required',
        });
    expect((await made(`Token ${token}`, wish())).status, 'without vouching a program may still make users').toBe(201);
    expect((await made(`Bearer ${access}`, { ...wish(), proved: ['email'] })).status).toBe(201);
    gateway.use({ FRESH_LOGIN_LIFETIME: '1m' });
    onTestFinished(() => clock.run());
    clock.pass(61);
    expect(await problemOf(await made(`Bearer ${access}`, { ...wish(), proved: ['email'] }))).toMatchObject({
      status: 403,
      code: 'fresh_login_required',
    });
  });

  it('is on record, with the kinds of addresses that were vouched for', async () => {
    const [staff, { name, email, mobile }] = [await keeper(), newUser()];
    const id = await idOf(await made(`Bearer ${staff.access}`, { name, email, mobile, proved: ['mobile'] }));
    await gateway.streams.settled();
    const entries = (await tables.all('audit')).filter(({ user_id }) => user_id === id);
    expect(entries).toMatchObject([{ type: 'user_registered', actor_id: staff.id, fields: ['mobile'] }]);
  });
});
