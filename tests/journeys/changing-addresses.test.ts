import { describe, expect, it } from 'vitest';
import { unlimitedCodes, wrongCode } from './mail.ts';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, fiftyAtOnce, newUser, post, problemOf, read, type SignedInUser, signedInUser, signIn } from './users.ts';

const settings = {
  ...unlimitedCodes,
  LOGIN_RATE_ACCOUNT: '100/15m',
  CHANGE_UNDO_URL: 'http://localhost:3000/undo#{token}',
};
const { gateway, mail, tables } = await sharedGateway({ stage: 'local', settings });

/** A signed-in user whose e-mail address is proved, so that changes can be undone. */
async function proved(): Promise<SignedInUser> {
  const user = await signedInUser(gateway);
  await tables.set('users', { id: user.id }, 'email_verified', true);
  return user;
}
const bearer = ({ access }: Pick<SignedInUser, 'access'>) => ({ authorization: `Bearer ${access}` });
const kindOf = (address: string) => (address.includes('@') ? 'email' : 'mobile');
const change = (user: SignedInUser, address: string, more: Body = {}) =>
  post(gateway, `/users/${user.id}/${kindOf(address)}/`, { [kindOf(address)]: address, password: user.password, ...more }, bearer(user));
const codeOf = async (user: SignedInUser, address: string) => {
  const response = await change(user, address);
  if (response.status !== 200) throw new Error(`not sent: ${response.status} ${await response.text()}`);
  return await mail.last(address);
};
const changed = async (user: SignedInUser, address: string) => {
  const response = await change(user, address, { code: await codeOf(user, address) });
  if (response.status !== 200) throw new Error(`not changed: ${response.status} ${await response.text()}`);
  return await response.json();
};
const undo = (token: string) => post(gateway, '/users/undo/', { token });
const statusOf = async (response: Promise<Response>) => (await response).status;
const row = async ({ id }: Pick<SignedInUser, 'id'>) => await tables.get('users', { id });
const ownerOf = async (identifier: string) => (await tables.get('identifiers', { identifier }))?.['user_id'];
const logIn = (username: string, password: string) => statusOf(post(gateway, '/token/', { username, password }));
const errorsOf = async (response: Response) => ({ status: response.status, ...((await response.json()) as { errors?: Body }).errors });
const wrong = { status: 400, code: ['This code is wrong, or no longer valid. Ask for another one.'] };
const wrongLink = { status: 400, token: ['This link is wrong, or no longer valid.'] };
/** A signed-in user who registered without a mobile. The field `mobile` is one that no user has. */
async function signedInWithoutMobile(): Promise<SignedInUser> {
  const user = newUser();
  const { mobile: _, ...form } = user;
  const response = await post(gateway, '/register/', { ...form, password_confirmation: user.password });
  const { id } = (await response.json()) as { id: string };
  return { ...user, id, ...(await signIn(gateway, user)) };
}
/** The secret of the undo link for the first change. */
const firstLinkTo = async (address: string) => (await mail.to(address)).find(({ secret }) => secret !== '')?.secret ?? '';

describe('changing an email or mobile with a code', () => {
  it('keeps the old email until the password and a code from the new one arrive, then tells the old one', async () => {
    const [ada, to] = [await proved(), `New.${newUser().email}`];
    const before = await row(ada);
    expect(await (await change(ada, to)).json()).toEqual({ changed: false, retry_after: 0 });
    expect([await row(ada), await logIn(ada.email, ada.password)]).toEqual([before, 200]);
    const code = await mail.last(to.toLowerCase());
    expect(await errorsOf(await change(ada, to, { code: wrongCode(code) }))).toEqual(wrong);
    expect(await errorsOf(await change(ada, to, { code, password: 'a wrong one' }))).toEqual({
      status: 400,
      password: ['The password is wrong.'],
    });
    expect(await (await change(ada, to, { code })).json()).toEqual({ changed: true });
    const key = to.toLowerCase();
    expect(await row(ada)).toMatchObject({ email: to, email_key: key, email_start: key.slice(0, 2), email_verified: true, token_epoch: 0 });
    expect(Number((await row(ada))?.['version'])).toBe(Number(before?.['version']) + 1);
    expect([await ownerOf(key), await ownerOf(ada.email)]).toEqual([ada.id, undefined]);
    expect([await logIn(to, ada.password), await logIn(ada.email, ada.password)]).toEqual([200, 401]);
    expect(await mail.templatesTo(ada.email)).toEqual(['email-changed']);
    expect(await errorsOf(await change(ada, ada.email, { code }))).toEqual(wrong);
    expect((await read(gateway, '/userInfo/', ada.access)).status).toBe(200);
  });

  it('shows the new email without what paste adds, and sends to its domain in ASCII', async () => {
    const [ada, { username }] = [await proved(), newUser()];
    const key = `${username}@xn--mnchen-3ya.de`;
    const pasted = `\u202a${username}＠München.de\u202c\u200b`;
    const sent = await post(gateway, `/users/${ada.id}/email/`, { email: pasted, password: ada.password }, bearer(ada));
    expect(sent.status).toBe(200);
    const code = await mail.last(key);
    const exchanged = await post(gateway, `/users/${ada.id}/email/`, { email: pasted, password: ada.password, code }, bearer(ada));
    expect(await exchanged.json()).toEqual({ changed: true });
    expect(await row(ada)).toMatchObject({ email: `${username}@München.de`, email_key: key, email_verified: true });
    expect([await ownerOf(key), await logIn(`${username}@münchen.de`, ada.password), await logIn(key, ada.password)]).toEqual([
      ada.id,
      200,
      200,
    ]);
  });

  it('works for a mobile as well, also for a first one; the email and the old mobile are told', async () => {
    const ada = await proved();
    const [one, other] = [newUser().mobile, newUser().mobile];
    expect(await changed(ada, one)).toEqual({ changed: true });
    expect(await row(ada)).toMatchObject({ mobile: one, mobile_start: one.slice(0, 5), mobile_verified: true });
    expect([await mail.templatesTo(ada.email), await mail.templatesTo(ada.mobile)]).toEqual([['mobile-changed'], []]);
    const bob = await signedInWithoutMobile();
    expect(await changed(bob, other)).toEqual({ changed: true });
    expect([await ownerOf(other), await logIn(other, bob.password)]).toEqual([bob.id, 200]);
  });

  it('is refused for another user’s account, and needs a valid new address and the password', async () => {
    const [ada, bob] = await Promise.all([proved(), proved()]);
    const to = newUser().email;
    expect(await problemOf(await change({ ...ada, access: bob.access }, to))).toMatchObject({ status: 403 });
    expect(await errorsOf(await change(ada, to, { password: bob.password }))).toMatchObject({ status: 400, password: expect.anything() });
    expect(await errorsOf(await change(ada, ada.email.toUpperCase()))).toEqual({ status: 400, email: ['This is your address already.'] });
    for (const wrongOne of ['no address@', 'a@example.com,b@example.com']) expect((await change(ada, wrongOne)).status).toBe(400);
    expect((await change(ada, '+19005550123')).status).toBe(400);
    expect(await mail.to(to)).toEqual([]);
    const code = await codeOf(ada, to);
    expect(await errorsOf(await change(bob, to, { code }))).toEqual(wrong);
    expect(await errorsOf(await change(ada, newUser().email, { code }))).toEqual(wrong);
  });

  it('counts wrong passwords together with those of password changes', async () => {
    gateway.use({ LOGIN_RATE_ACCOUNT: '5/15m' });
    const ada = await proved();
    const statuses = await fiftyAtOnce(() => statusOf(change(ada, newUser().email, { password: 'a wrong one' })));
    expect(statuses.filter((status) => status === 400)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(45);
  });

  it('works with the user’s own code although another user asked for the same address and entered five wrong codes', async () => {
    const [ada, eve, to] = [await proved(), await proved(), newUser()];
    for (const address of [to.email, to.mobile]) {
      const code = await codeOf(ada, address);
      const hers = await codeOf(eve, address);
      expect(await errorsOf(await change(eve, address, { code })), 'a code of another user').toEqual(wrong);
      for (let time = 1; time < 5; time += 1) await change(eve, address, { code: wrongCode(hers) });
      expect(await errorsOf(await change(eve, address, { code: hers })), 'five tries are over').toEqual(wrong);
      expect((await change(ada, address, { code })).status).toBe(200);
    }
    expect(await row(ada)).toMatchObject({ email: to.email, mobile: to.mobile });
  });

  it('does not reveal that an address is taken: its owner gets a notice and the caller gets no code', async () => {
    const [ada, bob] = await Promise.all([proved(), proved()]);
    expect(await (await change(ada, bob.email)).json()).toEqual(await (await change(ada, newUser().email)).json());
    expect(await mail.templatesTo(bob.email)).toEqual(['account-exists']);
    await tables.set('users', { id: bob.id }, 'mobile_verified', true);
    expect(await (await change(ada, bob.mobile)).json()).toEqual({ changed: false, retry_after: 0 });
    expect(await mail.templatesTo(bob.mobile)).toEqual([]);
    const to = newUser();
    const code = await codeOf(ada, to.email);
    const { id } = (await (await post(gateway, '/register/', { ...to, password_confirmation: to.password })).json()) as { id: string };
    await tables.set('users', { id }, 'email_verified', true);
    expect(await problemOf(await change(ada, to.email, { code }))).toMatchObject({ status: 400, code: 'identifier_taken' });
    expect(await row(ada)).toMatchObject({ email: ada.email });
  });

  it('happens once if fiftyAtOnce requests send the same code', async () => {
    const ada = await proved();
    const to = newUser().email;
    const code = await codeOf(ada, to);
    const statuses = await fiftyAtOnce(() => statusOf(change(ada, to, { code })));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(new Set(statuses).difference(new Set([200, 400, 429, 503]))).toEqual(new Set());
    expect([await ownerOf(to), await ownerOf(ada.email), (await row(ada))?.['email']]).toEqual([ada.id, undefined, to]);
  });

  it('happens for at most one of several addresses at once, and leaves no other identifier behind', async () => {
    const ada = await proved();
    const wishes = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const { email } = newUser();
        return { email, code: await codeOf(ada, email) };
      }),
    );
    await Promise.all(wishes.map(({ email, code }) => change(ada, email, { code })));
    const { email } = (await row(ada)) as { email: string };
    const held = (await tables.all('identifiers')).filter(({ user_id, kind }) => user_id === ada.id && kind === 'email');
    expect(held.map(({ identifier }) => identifier)).toEqual([email]);
  });

  it('fails for both users if two of them try to swap their addresses at once', async () => {
    const [ada, bob] = await Promise.all([proved(), proved()]);
    const [forAda, forBob] = [await codeOf(ada, bob.email).catch(() => ''), await codeOf(bob, ada.email).catch(() => '')];
    await Promise.all([change(ada, bob.email, { code: forAda }), change(bob, ada.email, { code: forBob })]);
    for (const user of [ada, bob]) {
      expect(await row(user)).toMatchObject({ email: user.email });
      expect(await ownerOf(user.email)).toBe(user.id);
    }
  });

  it.each(['crash-before', 'drop-before', 'drop-after', 'crash-after'] as const)(
    'is done wholly or not at all if the write fails (%s)',
    async (kind) => {
      const ada = await proved();
      const to = newUser().email;
      const code = await codeOf(ada, to);
      const isDone = kind.endsWith('after');
      const fault = gateway.gate.fault('emailChange', ({ operation }) => operation === 'TransactWriteItems', kind, {
        times: isDone ? 1 : 99,
      });
      expect((await statusOf(change(ada, to, { code }))) === 200).toBe(kind === 'drop-after');
      fault.end();
      const [mine, free] = isDone ? [to, ada.email] : [ada.email, to];
      expect([(await row(ada))?.['email'], await ownerOf(mine), await ownerOf(free)]).toEqual([mine, ada.id, undefined]);
      expect(await mail.templatesTo(ada.email)).toEqual(isDone ? ['email-changed'] : []);
      if (!isDone) expect(await statusOf(change(ada, to, { code }))).toBe(200);
    },
  );
});

describe('changing an email or mobile without a code', () => {
  const patch = (user: Pick<SignedInUser, 'id' | 'access'>, body: Body, headers: Record<string, string> = {}) =>
    gateway.fetch(`/users/${user.id}/`, {
      method: 'PATCH',
      headers: { ...bearer(user), 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  it('tells the old address, which can undo the change', async () => {
    const ada = await proved();
    const to = newUser().email;
    expect((await patch(ada, { email: to })).status).toBe(200);
    expect([(await row(ada))?.['email_verified'], await mail.templatesTo(ada.email), await mail.templatesTo(to)]).toEqual([
      false,
      ['email-changed'],
      [],
    ]);
    expect((await undo(await mail.last(ada.email))).status).toBe(204);
    expect(await row(ada)).toMatchObject({ email: ada.email, email_key: ada.email, email_start: ada.email.slice(0, 2), token_epoch: 1 });
    expect([await ownerOf(ada.email), await ownerOf(to)]).toEqual([ada.id, undefined]);
    expect((await read(gateway, '/userInfo/', ada.access)).status).toBe(401);
  });

  it('tells an old mobile only if it was verified, also if the mobile is removed', async () => {
    const [ada, bob] = await Promise.all([proved(), proved()]);
    await tables.set('users', { id: ada.id }, 'mobile_verified', true);
    for (const user of [ada, bob]) expect((await patch(user, { mobile: null })).status).toBe(200);
    expect([await mail.templatesTo(ada.mobile), await mail.templatesTo(bob.mobile)]).toEqual([['mobile-changed'], []]);
    expect((await undo(await mail.last(bob.email))).status).toBe(204);
    expect(await row(bob)).toMatchObject({ mobile: bob.mobile, mobile_verified: false });
    expect((await undo(await mail.last(ada.email))).status).toBe(204);
    expect(await row(ada)).toMatchObject({ mobile: ada.mobile, mobile_start: ada.mobile.slice(0, 5), mobile_verified: true });
  });

  it('tells no address if only letter case or the username changes', async () => {
    const ada = await proved();
    expect((await patch(ada, { email: ada.email.toUpperCase(), username: newUser().username })).status).toBe(200);
    expect([await mail.templatesTo(ada.email), (await row(ada))?.['undos']]).toEqual([[], undefined]);
  });

  it('changes the ETag, as a change with a code does, and keeps all undo links', async () => {
    const ada = await proved();
    const tag = async () => (await read(gateway, `/users/${ada.id}/`, ada.access)).headers.get('etag') ?? '';
    const first = await tag();
    await changed(ada, newUser().email);
    const second = await tag();
    expect(second).not.toBe(first);
    expect(await problemOf(await patch(ada, { name: 'Late' }, { 'if-match': first }))).toMatchObject({ status: 412 });
    expect((await patch(ada, { name: 'Ada' }, { 'if-match': second })).status).toBe(200);
    expect((await patch(ada, { email: newUser().email })).status).toBe(200);
    const whole = { username: ada.username, name: 'Whole', email: (await row(ada))?.['email'] };
    const put = { method: 'PUT', headers: { ...bearer(ada), 'content-type': 'application/json' }, body: JSON.stringify(whole) };
    expect((await gateway.fetch(`/users/${ada.id}/`, put)).status).toBe(200);
    expect((await row(ada))?.['undos']).toHaveLength(3);
    expect((await undo(await firstLinkTo(ada.email))).status).toBe(204);
    expect(await row(ada)).toMatchObject({ email: ada.email, mobile: ada.mobile, undos: [] });
  });

  it('leaves an undo link for each change, ten at most, if fiftyAtOnce requests arrive at once', async () => {
    const ada = await proved();
    const statuses = await fiftyAtOnce(() => statusOf(patch(ada, { email: newUser().email })));
    expect(new Set(statuses).difference(new Set([200, 429, 503]))).toEqual(new Set());
    const done = statuses.filter((status) => status === 200).length;
    expect(done).toBeGreaterThan(0);
    expect((await row(ada))?.['undos']).toHaveLength(1);
    const held = (await tables.all('identifiers')).filter(({ user_id, kind }) => user_id === ada.id && kind === 'email');
    expect(held.map(({ identifier }) => identifier)).toEqual([(await row(ada))?.['email']]);
    expect((await undo(await mail.last(ada.email))).status).toBe(204);
    expect(await row(ada)).toMatchObject({ email: ada.email, undos: [] });
  });
});

describe('an undo link', () => {
  it('for an email also restores a mobile that was changed later, or removes it if another user has it now', async () => {
    for (const isTaken of [false, true]) {
      const ada = await proved();
      const [mailbox, number] = [newUser().email, newUser().mobile];
      await changed(ada, mailbox);
      await changed(ada, number);
      if (isTaken) await tables.put('identifiers', { identifier: ada.mobile, kind: 'mobile', user_id: 'another' });
      expect((await undo(await firstLinkTo(ada.email))).status).toBe(204);
      const after = await row(ada);
      expect([after?.['email'], after?.['mobile']]).toEqual([ada.email, isTaken ? undefined : ada.mobile]);
      expect([await ownerOf(mailbox), await ownerOf(number)]).toEqual([undefined, undefined]);
      expect(await ownerOf(ada.mobile)).toBe(isTaken ? 'another' : ada.id);
    }
  });

  it('restores the old email, ends every session and voids the password, once', async () => {
    const ada = await proved();
    const to = newUser().email;
    await changed(ada, to);
    const thief = await signIn(gateway, ada);
    const token = await mail.last(ada.email);
    expect((await undo(token)).status).toBe(204);
    expect(await row(ada)).toMatchObject({ email: ada.email, email_key: ada.email, email_verified: true, token_epoch: 1, undos: [] });
    expect([await ownerOf(ada.email), await ownerOf(to)]).toEqual([ada.id, undefined]);
    for (const { access } of [ada, thief]) expect((await read(gateway, '/userInfo/', access)).status).toBe(401);
    expect(await logIn(ada.email, ada.password)).toBe(401);
    expect(await errorsOf(await undo(token))).toEqual(wrongLink);
    await post(gateway, '/password/forgot/', { email: ada.email });
    const password = 'quite another sentence';
    const form = { email: ada.email, code: await mail.last(ada.email), password, password_confirmation: password };
    expect(await statusOf(post(gateway, '/password/reset/', form))).toBe(204);
    expect(await logIn(ada.email, password)).toBe(200);
  });

  it('to a thief’s own address is void once the owner has undone both changes', async () => {
    const ada = await proved();
    const [first, second] = [newUser().email, newUser().email];
    await changed(ada, first);
    await changed(ada, second);
    const [ownersLink, thiefsLink] = [await mail.last(ada.email), await mail.last(first)];
    expect((await undo(ownersLink)).status).toBe(204);
    expect(await errorsOf(await undo(thiefsLink))).toEqual(wrongLink);
    expect([(await row(ada))?.['email'], await ownerOf(first), await ownerOf(second)]).toEqual([ada.email, undefined, undefined]);
  });

  it('to the owner’s address still works after a thief has used theirs', async () => {
    const ada = await proved();
    const [first, second] = [newUser().email, newUser().email];
    await changed(ada, first);
    await changed(ada, second);
    expect((await undo(await mail.last(first))).status).toBe(204);
    expect((await row(ada))?.['email']).toBe(first);
    expect((await undo(await mail.last(ada.email))).status).toBe(204);
    expect([(await row(ada))?.['email'], await ownerOf(first)]).toEqual([ada.email, undefined]);
  });

  it('restores an old mobile, and removes one that was added', async () => {
    const ada = await proved();
    const to = newUser().mobile;
    await changed(ada, to);
    expect((await undo(await mail.last(ada.email))).status).toBe(204);
    expect(await row(ada)).toMatchObject({ mobile: ada.mobile, mobile_start: ada.mobile.slice(0, 5), mobile_verified: false });
    const bob = await signedInWithoutMobile();
    await tables.set('users', { id: bob.id }, 'email_verified', true);
    await changed(bob, bob.mobile);
    expect((await undo(await mail.last(bob.email))).status).toBe(204);
    expect([(await row(bob))?.['mobile'], await ownerOf(bob.mobile)]).toEqual([undefined, undefined]);
  });

  it('is refused if another user has the address now, after three days, and if it is forged', async () => {
    const ada = await proved();
    await changed(ada, newUser().email);
    const token = await mail.last(ada.email);
    const other = { ...newUser(), email: ada.email };
    const joined = await post(gateway, '/register/', { ...other, password_confirmation: other.password });
    const { id } = (await joined.json()) as { id: string };
    await tables.set('users', { id }, 'email_verified', true);
    expect(await problemOf(await undo(token))).toMatchObject({ status: 400, code: 'identifier_taken' });
    await tables.set('users', { id }, 'email_verified', false);
    expect((await undo(token)).status, 'who only claims it loses it to the reader of the link').toBe(204);
    expect([await ownerOf(ada.email), (await tables.get('users', { id }))?.['email']]).toEqual([ada.id, '']);
    const bob = await proved();
    await changed(bob, newUser().email);
    const bobs = await mail.last(bob.email);
    const [user, ref, mac] = bobs.split('.');
    for (const forged of [`${token.split('.')[0]}.${ref}.${mac}`, `${user}.${'A'.repeat(22)}.${mac}`, 'x', `${bobs}=`])
      expect(await errorsOf(await undo(forged))).toEqual(wrongLink);
    const [one] = ((await row(bob))?.['undos'] ?? []) as Body[];
    expect(Number(one?.['expires_at']) - Date.now() / 1000).toBeGreaterThan(3 * 86_400 - 60);
    await tables.set('users', { id: bob.id }, 'undos', [{ ...one, expires_at: Math.floor(Date.now() / 1000) }]);
    expect(await errorsOf(await undo(bobs))).toEqual(wrongLink);
  });

  it('works once if twenty requests send it at once', async () => {
    const ada = await proved();
    await changed(ada, newUser().email);
    const token = await mail.last(ada.email);
    const statuses = await Promise.all(Array.from({ length: 20 }, () => statusOf(undo(token))));
    expect(statuses.filter((status) => status === 204)).toHaveLength(1);
    expect(new Set(statuses).difference(new Set([204, 400, 503]))).toEqual(new Set());
    expect(await row(ada)).toMatchObject({ token_epoch: 1 });
  });
});
