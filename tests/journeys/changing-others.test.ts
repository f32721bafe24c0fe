import { describe, expect, it } from 'vitest';
import { unlimitedCodes } from './mail.ts';
import type { RegisteredUser } from './seeds.ts';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, claimsOf, fiftyAtOnce, newUser, post, problemOf, signedInUser } from './users.ts';

const shape = { AUTH_HEADER_TYPES: 'Bearer,Token,Basic', PUBLIC_URL: 'https://accounts.example.com' };
const settings = {
  ...shape,
  ...unlimitedCodes,
  LOGIN_RATE_ACCOUNT: '1000/15m',
  CHANGE_UNDO_URL: 'http://localhost:3000/undo#{token}',
  PASSWORD_RESET_URL: 'http://localhost:3000/reset#{token}',
};
const { gateway, tables, seeds, mail } = await sharedGateway({ stage: 'local', shape, settings });

type Asked = { readonly method: string; readonly path: string; readonly body?: Body };
const ask = (authorization: string, { method, path, body }: Asked) =>
  gateway.fetch(path, {
    method,
    headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
const bearer = ({ access }: { readonly access: string }) => `Bearer ${access}`;
const row = async ({ id }: { readonly id: string }) => (await tables.get('users', { id })) ?? {};
const patch = (who: { readonly access: string }, { id }: { readonly id: string }, body: Body) =>
  ask(bearer(who), { method: 'PATCH', path: `/users/${id}/`, body });
const undo = async (token: string) => (await post(gateway, '/users/undo/', { token })).status;
const staffUser = () => seeds.registeredUser({ roles: ['staff'] });
/** A user whose e-mail address and number are proved. */
const proved = (given = {}) => seeds.registeredUser({ isEmailVerified: true, isMobileVerified: true, ...given });
/** The entries of the audit trail about a user, also after their deletion. */
const auditOf = async (root: { readonly access: string }, { id }: { readonly id: string }): Promise<Body[]> => {
  await gateway.streams.settled();
  const answer = await ask(bearer(root), { method: 'GET', path: `/audit/?limit=100&user=${id}` });
  return ((await answer.json()) as { results: Body[] }).results;
};
const fresh = { status: 403, code: 'fresh_login_required' };

/** Every act on another user that decides who gets in, or what they may do there. */
const grave: Readonly<Record<string, (target: RegisteredUser) => Asked>> = {
  'a new e-mail address': ({ id }) => ({ method: 'PATCH', path: `/users/${id}/`, body: { email: newUser().email } }),
  'a new number': ({ id }) => ({ method: 'PATCH', path: `/users/${id}/`, body: { mobile: newUser().mobile } }),
  'a new username': ({ id }) => ({ method: 'PATCH', path: `/users/${id}/`, body: { username: newUser().username } }),
  'a mark of an address': ({ id }) => ({ method: 'PATCH', path: `/users/${id}/`, body: { proved: ['email'] } }),
  'a whole profile with another name': ({ id, user: { name, email } }) => ({
    ...{ method: 'PUT', path: `/users/${id}/` },
    body: { name, email, username: newUser().username },
  }),
  'a suspension': ({ id }) => ({ method: 'POST', path: `/users/${id}/suspend/`, body: {} }),
  'the end of a suspension': ({ id }) => ({ method: 'POST', path: `/users/${id}/reinstate/` }),
  'the end of a session': ({ id, access }) => ({ method: 'DELETE', path: `/users/${id}/sessions/${claimsOf(access)['sid']}/` }),
  'the end of all sessions': ({ id }) => ({ method: 'DELETE', path: `/users/${id}/sessions/` }),
  'a deletion': ({ id }) => ({ method: 'DELETE', path: `/users/${id}/` }),
};
/** Acts that only superusers may. */
const ofSuperusers: typeof grave = {
  'another role': ({ id }) => ({ method: 'PATCH', path: `/users/${id}/`, body: { roles: ['editor'] } }),
  'a new user with a role': () => {
    const { name, username, email } = newUser();
    return { method: 'POST', path: '/users/', body: { name, username, email, roles: ['editor'] } };
  },
};

describe('an act of staff on another user', () => {
  it.each(Object.keys(grave))('needs a sign-in of the last quarter of an hour: %s', async (name) => {
    const [staff, ada] = [await staffUser(), await seeds.registeredUser()];
    await tables.set('sessions', { user_id: staff.id, sid: claimsOf(staff.access)['sid'] }, 'opened_at', Date.now() / 1000 - 901);
    const asked = grave[name]?.(ada) as Asked;
    const before = await row(ada);
    expect(await problemOf(await ask(bearer(staff), asked))).toMatchObject(fresh);
    expect(await row(ada)).toEqual(before);
    const again = await staff.again();
    expect((await ask(bearer(again), asked)).status).toBeLessThan(300);
  });

  it.each(Object.keys(ofSuperusers))('needs it of superusers as well: %s', async (name) => {
    const [root, ada] = [await seeds.registeredUser({ isSuperuser: true }), await seeds.registeredUser()];
    await tables.set('sessions', { user_id: root.id, sid: claimsOf(root.access)['sid'] }, 'opened_at', Date.now() / 1000 - 901);
    const asked = ofSuperusers[name]?.(ada) as Asked;
    expect(await problemOf(await ask(bearer(root), asked))).toMatchObject(fresh);
    expect((await ask(bearer(await root.again()), asked)).status).toBeLessThan(300);
  });

  it('is refused to API tokens and to HTTP Basic, which are never a fresh sign-in; a new display name is not', async () => {
    const staff = await signedInUser(gateway);
    await tables.set('users', { id: staff.id }, 'roles', ['staff']);
    const { username, password } = staff;
    const { token } = (await (await post(gateway, '/api-token-auth/', { username, password })).json()) as { token: string };
    for (const credential of [`Token ${token}`, `Basic ${btoa(`${username}:${password}`)}`]) {
      for (const [name, asked] of Object.entries(grave))
        expect({ name, ...(await problemOf(await ask(credential, asked(await seeds.registeredUser())))) }).toMatchObject({
          name,
          ...fresh,
        });
      const ada = await seeds.registeredUser();
      expect((await ask(credential, { method: 'PATCH', path: `/users/${ada.id}/`, body: { name: 'Ada' } })).status).toBe(200);
    }
  });

  it('is in the audit trail with its actor, and an act of the user themselves with the user', async () => {
    const [root, staff, ada] = [await seeds.registeredUser({ isSuperuser: true }), await staffUser(), await seeds.registeredUser()];
    await patch(staff, ada, { email: newUser().email });
    await patch(root, ada, { roles: ['editor'] });
    await patch(root, ada, { roles: [], proved: ['email'] });
    const { access } = await ada.again();
    for (const path of ['suspend', 'reinstate']) await ask(bearer(staff), { method: 'POST', path: `/users/${ada.id}/${path}/`, body: {} });
    const one = { method: 'DELETE', path: `/users/${ada.id}/sessions/${claimsOf(access)['sid']}/` };
    expect((await ask(bearer(staff), one)).status).toBe(204);
    const ended = await ask(bearer(staff), { method: 'DELETE', path: `/users/${ada.id}/sessions/?api_tokens=true` });
    expect(ended.status).toBe(204);
    await ask(bearer(staff), { method: 'DELETE', path: `/users/${ada.id}/` });
    const entries = (await auditOf(root, ada)).filter(({ type }) => type !== 'user_registered' && type !== 'session_opened');
    expect(entries.map(({ type, actor, via }) => [type, actor, via]).toSorted()).toEqual(
      [
        ['identifiers_changed', staff.id, 'userUpdate'],
        ['roles_changed', root.id, 'userUpdate'],
        ['roles_changed', root.id, 'userUpdate'],
        ['address_verified', root.id, 'userUpdate'],
        ['user_suspended', staff.id, 'userSuspend'],
        ['user_reinstated', staff.id, 'userReinstate'],
        ['session_ended', staff.id, 'sessionEnd'],
        ['all_sessions_ended', staff.id, 'sessionsEnd'],
        ['user_deleted', staff.id, 'userDelete'],
      ].toSorted(),
    );
    const bob = await seeds.registeredUser();
    expect((await patch(bob, bob, { email: newUser().email })).status).toBe(200);
    expect((await auditOf(root, bob)).find(({ type }) => type === 'identifiers_changed')).toMatchObject({ actor: bob.id });
    const { username, name, email } = newUser();
    const made = await ask(bearer(staff), { method: 'POST', path: '/users/', body: { username, name, email } });
    expect(await auditOf(root, (await made.json()) as { id: string })).toMatchObject([{ type: 'user_registered', actor: staff.id }]);
  });
});

describe('another address that staff sets', () => {
  it('is told to the old address and number, and the link in the e-mail takes it back', async () => {
    const [staff, ada] = [await staffUser(), await proved()];
    const to = newUser();
    expect((await patch(staff, ada, { email: to.email, mobile: to.mobile, proved: ['email', 'mobile'] })).status).toBe(200);
    expect((await mail.templatesTo(ada.user.email)).toSorted()).toEqual(['email-changed', 'mobile-changed']);
    expect(await mail.templatesTo(ada.user.mobile ?? '')).toEqual(['mobile-changed']);
    const letters = await mail.to(ada.user.email);
    expect(
      letters.map(({ text }) => /\d+\.\d+\.\d+\.\d+/.test(text)),
      'the address of the actor is not told',
    ).toEqual([false, false]);
    expect(await undo(letters.find(({ template }) => template === 'email-changed')?.secret ?? '')).toBe(204);
    expect(await row(ada)).toMatchObject({ email: ada.user.email, email_verified: true, mobile: ada.user.mobile, mobile_verified: true });
  });

  it('is taken back with the number by the link about the number too, if one request set both', async () => {
    const [staff, ada] = [await staffUser(), await proved()];
    const to = newUser();
    expect((await patch(staff, ada, { email: to.email, mobile: to.mobile, proved: ['email', 'mobile'] })).status).toBe(200);
    const letters = await mail.to(ada.user.email);
    const open = async (about: string) => await undo(letters.find(({ template }) => template === about)?.secret ?? '');
    expect(await open('mobile-changed')).toBe(204);
    expect(await row(ada)).toMatchObject({ email: ada.user.email, email_verified: true, mobile: ada.user.mobile, mobile_verified: true });
    expect(await open('email-changed'), 'nothing is left to take back').toBe(400);
  });

  it('is told to no address that was never proved', async () => {
    const [staff, ada] = [await staffUser(), await seeds.registeredUser()];
    expect((await patch(staff, ada, { email: newUser().email })).status).toBe(200);
    expect([await mail.templatesTo(ada.user.email), (await row(ada))['undos']]).toEqual([[], undefined]);
  });

  it('leaves the owner the first way back, however often staff goes on', async () => {
    const [staff, ada] = [await staffUser(), await proved()];
    const evil = newUser();
    for (const body of [
      { email: evil.email, proved: ['email'] },
      { email: newUser().email, proved: ['email'] },
      { mobile: evil.mobile, proved: ['mobile'] },
      { mobile: null },
      { mobile: newUser().mobile },
      { email: evil.email },
      { username: newUser().username },
    ])
      expect((await patch(staff, ada, body)).status).toBe(200);
    expect(
      (await mail.to(evil.email)).map(({ secret }) => secret),
      'an address that can be undone gets no way back',
    ).toEqual(['']);
    expect(await undo(await mail.last(ada.user.email))).toBe(204);
    expect(await row(ada)).toMatchObject({ email: ada.user.email, email_verified: true, mobile: ada.user.mobile, mobile_verified: true });
  });

  it('is proved as before if it is the one that a way back leads to, and a thief gets no way back', async () => {
    const [staff, ada] = [await staffUser(), await proved()];
    const thief = newUser().email;
    expect((await patch(ada, ada, { email: thief })).status).toBe(200);
    const link = await mail.last(ada.user.email);
    await tables.set('users', { id: ada.id }, 'email_verified', true);
    expect((await patch(staff, ada, { email: ada.user.email })).status).toBe(200);
    expect(await row(ada)).toMatchObject({ email: ada.user.email, email_verified: true, undos: [{ kind: 'email' }] });
    expect([await undo(link), await mail.to(thief)]).toMatchObject([204, [{ template: 'email-changed', secret: '' }]]);
    expect((await patch(staff, ada, { email: thief })).status).toBe(200);
    expect(await undo(await mail.last(ada.user.email))).toBe(204);
  });

  it('can be set also if a thief has used all the ways back', async () => {
    const [staff, ada] = [await staffUser(), await proved()];
    for (let count = 0; count < 10; count += 1) expect((await patch(ada, ada, { mobile: newUser().mobile })).status).toBe(200);
    expect((await patch(ada, ada, { mobile: newUser().mobile })).status).toBe(429);
    expect((await patch(staff, ada, { mobile: ada.user.mobile })).status).toBe(200);
  });
});

describe('a user whom staff makes without a password', () => {
  const make = (staff: RegisteredUser, body: Body) => ask(bearer(staff), { method: 'POST', path: '/users/', body });
  const wish = () => {
    const { username, name, email } = newUser();
    return { username, name, email };
  };

  it('gets a link, and chooses a password that staff does not know', async () => {
    const [staff, person] = [await staffUser(), wish()];
    expect((await make(staff, { ...person, proved: ['email'] })).status).toBe(201);
    expect(await mail.templatesTo(person.email)).toEqual(['reset-link']);
    const password = 'a sentence of my own';
    const form = { token: await mail.last(person.email), password, password_confirmation: password };
    expect((await post(gateway, '/password/reset/', form)).status).toBe(204);
    expect((await post(gateway, '/token/', { username: person.username, password })).status).toBe(200);
  });

  it('gets the link however many others staff made from the same network', async () => {
    gateway.use({ CODE_RATE_ADDRESS: '1/1h' });
    const [staff, people] = [await staffUser(), [wish(), wish(), wish()]];
    for (const person of people) expect((await make(staff, person)).status).toBe(201);
    expect(await Promise.all(people.map(({ email }) => mail.templatesTo(email)))).toEqual(people.map(() => ['reset-link']));
  });

  it('gets no link with a password, nor where the stage sends no e-mail', async () => {
    const [staff, first, second] = [await staffUser(), wish(), wish()];
    expect((await make(staff, { ...first, password: 'a sentence that staff knows' })).status).toBe(201);
    gateway.use({ EMAIL_SENDER: 'off' });
    expect((await make(staff, second)).status).toBe(201);
    expect([await mail.to(first.email), await mail.to(second.email)]).toEqual([[], []]);
  });

  it('exists even if the link cannot be sent', async () => {
    const [staff, person] = [await staffUser(), wish()];
    const fault = gateway.gate.fault('usersCreate', ({ operation }) => operation === 'UpdateItem', 'refuse', { times: 99 });
    expect((await make(staff, person)).status).toBe(201);
    fault.end();
    expect(await mail.to(person.email)).toEqual([]);
    expect((await post(gateway, '/password/forgot/', { email: person.email })).status).toBe(202);
    expect(await mail.templatesTo(person.email)).toEqual(['reset-link']);
  });
});

describe('ending the sessions of another user', () => {
  const end = (staff: { readonly access: string }, { id }: { readonly id: string }, query = '') =>
    ask(bearer(staff), { method: 'DELETE', path: `/users/${id}/sessions/${query}` });
  const isIn = async (authorization: string, id: string) =>
    (await ask(authorization, { method: 'GET', path: `/users/${id}/` })).status === 200;
  const apiToken = async ({ username, password }: { readonly username: string; readonly password: string }) =>
    `Token ${((await (await post(gateway, '/api-token-auth/', { username, password })).json()) as { token: string }).token}`;

  it.each(['true', 'false'])('voids every token of them and tells the user, with CHECK_REVOKE_TOKEN=%s', async (check) => {
    gateway.use({ CHECK_REVOKE_TOKEN: check });
    const [staff, ada] = [await staffUser(), await signedInUser(gateway)];
    const second = (await (await post(gateway, '/token/', { username: ada.username, password: ada.password })).json()) as typeof ada;
    const token = await apiToken(ada);
    expect((await end(staff, ada)).status).toBe(204);
    expect([await isIn(bearer(ada), ada.id), await isIn(bearer(second), ada.id), await isIn(token, ada.id)]).toEqual([false, false, true]);
    expect((await post(gateway, '/token/refresh/', { refresh: second.refresh })).status).toBe(401);
    expect(await mail.templatesTo(ada.email)).toEqual(['sessions-ended']);
    expect((await end(staff, ada, '?api_tokens=true')).status).toBe(204);
    expect(await isIn(token, ada.id)).toBe(false);
    expect((await post(gateway, '/token/', { username: ada.username, password: ada.password })).status, 'the account is open').toBe(200);
  });

  it('can end one, and lists them', async () => {
    const [staff, ada] = [await staffUser(), await seeds.registeredUser()];
    const second = await ada.again();
    const listed = (await (await ask(bearer(staff), { method: 'GET', path: `/users/${ada.id}/sessions/` })).json()) as { results: Body[] };
    expect(listed.results.map(({ id }) => id).toSorted()).toEqual([claimsOf(ada.access)['sid'], claimsOf(second.access)['sid']].toSorted());
    const path = `/users/${ada.id}/sessions/${claimsOf(second.access)['sid']}/`;
    expect((await ask(bearer(staff), { method: 'DELETE', path })).status).toBe(204);
    expect([await isIn(bearer(ada), ada.id), await isIn(bearer(second), ada.id)]).toEqual([true, false]);
    expect(await problemOf(await ask(bearer(staff), { method: 'DELETE', path }))).toMatchObject({ status: 404 });
    expect(await mail.templatesTo(ada.user.email)).toEqual(['sessions-ended']);
  });

  it('is told once if fifty requests arrive at once, and works at the second try if a write fails', async () => {
    const [staff, ada, bob] = [await staffUser(), await seeds.registeredUser(), await seeds.registeredUser()];
    const answers = await fiftyAtOnce(() => end(staff, ada));
    expect(answers.filter(({ status }) => ![204, 503].includes(status))).toEqual([]);
    expect(await mail.templatesTo(ada.user.email)).toEqual(['sessions-ended']);
    await bob.again();
    const fault = gateway.gate.fault('sessionsEnd', ({ operation }) => operation === 'TransactWriteItems', 'crash-after');
    await end(staff, bob);
    expect(fault.struck).toBe(1);
    expect((await end(staff, bob)).status).toBe(204);
    expect((await tables.all('sessions')).filter(({ user_id }) => user_id === bob.id)).toEqual([]);
  });

  it('ends those of the caller too, without a message', async () => {
    const ada = await seeds.registeredUser();
    const second = await ada.again();
    expect((await end(ada, ada)).status).toBe(204);
    expect([await isIn(bearer(ada), ada.id), await isIn(bearer(second), ada.id)]).toEqual([false, false]);
    expect(await mail.to(ada.user.email)).toEqual([]);
    expect((await end(ada, ada, '?all=1')).status).toBe(401);
  });
});
