import { describe, expect, it, onTestFinished } from 'vitest';
import { mailOf, unlimitedCodes } from './mail.ts';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, newUser, post, problemOf, read, signIn } from './users.ts';

const shape = { AUTH_HEADER_TYPES: 'Bearer,Token,Basic', PUBLIC_URL: 'http://localhost' };
const settings = { ...unlimitedCodes, BCRYPT_ROUNDS: '4', CHANGE_UNDO_URL: 'http://localhost:3000/undo#{token}' };
const { gateway, tables, seeds, clock } = await sharedGateway({ stage: 'local', shape, settings });
const mail = mailOf(gateway, tables);

const row = async (id: string) => (await tables.get('users', { id })) ?? {};
const keeper = async () => await seeds.registeredUser({ roles: ['staff'] });
const made = async (authorization: string, body: Body) => await post(gateway, '/users/', body, { authorization });
const idOf = async (response: Response) => {
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: string }).id;
};
const codeFor = async (to: string, purpose: string) => {
  const sent = (await mail.to(to)).length;
  await post(gateway, '/codes/', { channel: to.includes('@') ? 'email' : 'sms', to, purpose });
  const after = await mail.to(to);
  return after.length > sent ? (after.at(-1)?.secret ?? '') : '000000';
};
const form = (to: string, code: string) => ({ [to.includes('@') ? 'email' : 'mobile']: to, code });
const byCode = async (to: string) => (await post(gateway, '/login/code/', form(to, await codeFor(to, 'login')))).status;
const password = 'a sentence of the owner';
const resetBy = async (to: string) => {
  const chosen = { password, password_confirmation: password };
  return (await post(gateway, '/password/reset/', { ...form(to, await codeFor(to, 'reset')), ...chosen })).status;
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

describe('an address that staff vouched for', () => {
  it.each(['off', 'email'] as const)(
    'is its reader’s with the first code: the maker’s password, session and number go (REGISTER_VERIFIED=%s)',
    async (wanted) => {
      gateway.use({ REGISTER_VERIFIED: wanted });
      const [staff, thief] = [await keeper(), newUser()];
      const { name, username, email, mobile } = thief;
      const proved = ['email', 'mobile'];
      const id = await idOf(await made(`Bearer ${staff.access}`, { name, username, email, mobile, password: thief.password, proved }));
      const { access } = await signIn(gateway, thief);
      expect(await byCode(email)).toBe(200);
      expect((await read(gateway, '/userInfo/', access)).status).toBe(401);
      expect((await post(gateway, '/token/', { username, password: thief.password })).status).toBe(401);
      expect(await resetBy(mobile), 'the number of the maker opens nothing').toBe(400);
      expect(await row(id)).toMatchObject({ email, email_verified: true, mobile_verified: false });
      expect(await row(id)).not.toHaveProperty('mobile');
    },
  );

  it('is its reader’s with the invitation, and a number that came with it opens nothing', async () => {
    const [staff, { name, username, email, mobile }] = [await keeper(), newUser()];
    await made(`Bearer ${staff.access}`, { name, username, email, mobile, proved: ['email', 'mobile'] });
    const code = await mail.last(email);
    const chosen = { password, password_confirmation: password };
    expect(
      (await post(gateway, '/password/reset/', { ...(code.length > 6 ? { token: code } : form(email, code)), ...chosen })).status,
    ).toBe(204);
    expect(await resetBy(mobile)).toBe(400);
    expect((await post(gateway, '/token/', { username, password })).status).toBe(200);
  });

  it('keeps password and number of a person who verifies it while signed in, once', async () => {
    const [staff, person] = [await keeper(), newUser()];
    const { name, username, email, mobile } = person;
    const id = await idOf(
      await made(`Bearer ${staff.access}`, { name, username, email, mobile, password: person.password, proved: ['email'] }),
    );
    const { access } = await signIn(gateway, person);
    const verify = async (more: Body) =>
      await post(gateway, `/users/${id}/verify/`, { channel: 'email', ...more }, { authorization: `Bearer ${access}` });
    expect((await verify({})).status).toBe(200);
    expect((await verify({ code: await mail.last(email) })).status).toBe(200);
    expect(await row(id)).toMatchObject({ email_verified: true, mobile });
    expect(await byCode(email)).toBe(200);
    expect((await post(gateway, '/token/', { username, password: person.password })).status).toBe(200);
  });

  it('gives way to the undo link of the owner who proved it', async () => {
    const [staff, ada] = [await keeper(), await seeds.registeredUser({ isEmailVerified: true })];
    const change = await gateway.fetch(`/users/${ada.id}/`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${ada.access}`, 'content-type': 'application/json' },
      body: JSON.stringify({ email: newUser().email }),
    });
    expect(change.status).toBe(200);
    const link = await mail.last(ada.user.email);
    const id = await idOf(await made(`Bearer ${staff.access}`, { name: newUser().name, email: ada.user.email, proved: ['email'] }));
    expect((await post(gateway, '/users/undo/', { token: link })).status).toBe(204);
    expect(await row(ada.id)).toMatchObject({ email: ada.user.email, email_verified: true });
    expect(await row(id)).toMatchObject({ email: '', email_verified: false });
  });
});
