import { describe, expect, it } from 'vitest';
import { unlimitedCodes } from './mail.ts';
import type { RegisteredUser } from './seeds.ts';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, newUser, post, type SignedInUser, signedInUser, signIn } from './users.ts';

const settings = { ...unlimitedCodes, LOGIN_RATE_ACCOUNT: '1000/15m', CHANGE_UNDO_URL: 'http://localhost:3000/undo#{token}' };
const { gateway, tables, seeds, mail } = await sharedGateway({ stage: 'local', settings });

type Owner = SignedInUser;
/** A signed-in user whose e-mail address and number are proved. */
async function owner(): Promise<Owner> {
  const user = await signedInUser(gateway);
  for (const mark of ['email_verified', 'mobile_verified']) await tables.set('users', { id: user.id }, mark, true);
  return user;
}
const kindOf = (address: string) => (address.includes('@') ? 'email' : 'mobile');
const row = async ({ id }: { readonly id: string }) => (await tables.get('users', { id })) ?? {};
const bearer = ({ access }: { readonly access: string }) => ({ authorization: `Bearer ${access}` });
const undo = async (token: string) => (await post(gateway, '/users/undo/', { token })).status;
const logIn = async (username: string, password: string) => (await post(gateway, '/token/', { username, password })).status;
/** The newest link in a message to an address that tells of a change of this kind. */
const linkTo = async (address: string, about: 'email' | 'mobile' = 'email') =>
  (await mail.to(address)).filter(({ template, secret }) => template === `${about}-changed` && secret !== '').at(-1)?.secret ?? '';

/** Exchanges an address with the password and a code from the new address. */
async function exchange(user: Owner, to: string, password = user.password): Promise<void> {
  const kind = kindOf(to);
  const session = await signIn(gateway, { ...user, password });
  const send = (more: Body) => post(gateway, `/users/${user.id}/${kind}/`, { [kind]: to, password, ...more }, bearer(session));
  await send({});
  const answer = await send({ code: await mail.last(to) });
  if (answer.status !== 200) throw new Error(`not exchanged: ${answer.status} ${await answer.text()}`);
}

/** Resets the password through an address. Where no code is sent, it is a wrong one. */
async function resetBy(address: string, password: string): Promise<number> {
  const kind = kindOf(address);
  const before = (await mail.to(address)).length;
  await post(gateway, '/codes/', { channel: kind === 'email' ? 'email' : 'sms', to: address, purpose: 'reset' });
  const sent = (await mail.to(address)).slice(before).at(-1);
  const form = { [kind]: address, code: sent?.secret ?? '000000', password, password_confirmation: password };
  return (await post(gateway, '/password/reset/', form)).status;
}
/** Lets the first ways back expire, as three days would. */
async function expire(user: { readonly id: string }, count: number): Promise<void> {
  const undos = ((await row(user))['undos'] ?? []) as Body[];
  const over = undos.map((each, index) => (index < count ? { ...each, expires_at: Math.floor(Date.now() / 1000) - 1 } : each));
  await tables.set('users', { id: user.id }, 'undos', over);
}
const stolen = 'a sentence of the thief';

describe('a reset by a number', () => {
  it('leaves the link of the e-mail address, if a thief who has the number exchanged that address', async () => {
    const [ada, evil] = [await owner(), newUser()];
    expect(await resetBy(ada.mobile, stolen)).toBe(204);
    await exchange(ada, evil.email, stolen);
    expect(await resetBy(ada.mobile, `${stolen} again`)).toBe(204);
    expect(await undo(await linkTo(ada.email))).toBe(204);
    expect(await row(ada)).toMatchObject({ email: ada.email, email_verified: true });
    expect(await logIn(ada.username, `${stolen} again`)).toBe(401);
    expect(await resetBy(ada.email, 'a sentence of the owner')).toBe(204);
  });

  it('by the owner leaves their link, which restores the number that a thief exchanges later', async () => {
    const [ada, evil] = [await owner(), newUser()];
    await exchange(ada, evil.email);
    expect(await resetBy(ada.mobile, 'a sentence of the owner')).toBe(204);
    expect(await resetBy(evil.email, stolen)).toBe(204);
    await exchange(ada, evil.mobile, stolen);
    expect(await undo(await linkTo(ada.email))).toBe(204);
    expect(await row(ada)).toMatchObject({ email: ada.email, email_verified: true, mobile: ada.mobile, mobile_verified: true });
    expect([await resetBy(evil.email, stolen), await resetBy(evil.mobile, stolen)]).toEqual([400, 400]);
  });

  it('leaves the link of the e-mail address, if a thief waited until their own number could no longer be undone', async () => {
    const [ada, evil] = [await owner(), newUser()];
    await exchange(ada, evil.mobile);
    await expire(ada, 1);
    await exchange(ada, evil.email);
    expect(await resetBy(evil.mobile, stolen)).toBe(204);
    expect(await undo(await linkTo(ada.email))).toBe(204);
    expect(await row(ada)).toMatchObject({ email: ada.email, email_verified: true });
    expect(await resetBy(ada.email, 'a sentence of the owner')).toBe(204);
  });

  it('leaves the links about the number too, however often a thief exchanges it there and back', async () => {
    const [ada, evil] = [await owner(), newUser()];
    await exchange(ada, evil.mobile);
    await exchange(ada, newUser().mobile);
    await exchange(ada, evil.mobile);
    expect(await resetBy(evil.mobile, stolen)).toBe(204);
    expect((await row(ada))['undos']).toHaveLength(3);
    expect(await undo(await linkTo(ada.email, 'mobile'))).toBe(204);
  });
});

describe('an address that staff restores', () => {
  const patch = async ({ access }: { readonly access: string }, { id }: { readonly id: string }, body: Body) => {
    const headers = { ...bearer({ access }), 'content-type': 'application/json' };
    const answer = await gateway.fetch(`/users/${id}/`, { method: 'PATCH', headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
  };
  const staffUser = (): Promise<RegisteredUser> => seeds.registeredUser({ roles: ['staff'] });

  it('keeps its link, which restores the number and ends the password and the sessions of a thief', async () => {
    const [staff, ada, evil] = [await staffUser(), await owner(), newUser()];
    await exchange(ada, evil.email);
    await exchange(ada, evil.mobile);
    await patch(staff, ada, { email: ada.email });
    expect(await row(ada)).toMatchObject({ email: ada.email, email_verified: true, mobile: evil.mobile, mobile_verified: false });
    expect(await resetBy(evil.mobile, stolen), 'a number that can be undone opens nothing').toBe(400);
    expect(await undo(await linkTo(ada.email))).toBe(204);
    expect(await row(ada)).toMatchObject({ email: ada.email, email_verified: true, mobile: ada.mobile, mobile_verified: true });
    expect(await logIn(ada.username, ada.password)).toBe(401);
    expect((await gateway.fetch('/userInfo/', { headers: bearer(ada) })).status).toBe(401);
  });

  it('is not lost to a thief with a staff session who restores it between two changes', async () => {
    const [staff, ada, evil] = [await staffUser(), await owner(), newUser()];
    await patch(staff, ada, { email: evil.email, proved: ['email'] });
    const first = await linkTo(ada.email);
    await patch(staff, ada, { mobile: evil.mobile, proved: ['mobile'] });
    await patch(staff, ada, { email: ada.email });
    await patch(staff, ada, { email: evil.email, proved: ['email', 'mobile'] });
    const second = await linkTo(ada.email);
    expect(second, 'the owner’s address gets a link whenever it is replaced').not.toBe(first);
    await patch(staff, ada, { email: newUser().email, proved: ['email'] });
    expect(await resetBy(evil.mobile, stolen)).toBe(204);
    await expire(ada, 2);
    expect([await undo(first), await undo(second)], 'the link of the first change is over by now').toEqual([400, 204]);
    expect(await row(ada)).toMatchObject({ email: ada.email, email_verified: true });
    expect(await resetBy(ada.email, 'a sentence of the owner')).toBe(204);
  });

  it('keeps a link however often staff restores and replaces it', async () => {
    const [staff, ada] = [await staffUser(), await owner()];
    for (let count = 0; count < 12; count += 1) {
      await patch(staff, ada, { email: newUser().email, proved: ['email'] });
      await patch(staff, ada, { email: ada.email });
    }
    expect(((await row(ada))['undos'] as Body[]).length).toBeLessThanOrEqual(10);
    await patch(staff, ada, { email: newUser().email, mobile: newUser().mobile, proved: ['email', 'mobile'] });
    expect(await undo(await linkTo(ada.email))).toBe(204);
    expect(await row(ada)).toMatchObject({ email: ada.email, email_verified: true, mobile: ada.mobile });
  });
});

describe('the link about the e-mail address', () => {
  it('takes the mark of a number that was exchanged before, and leaves the link about the number', async () => {
    const [ada, evil] = [await owner(), newUser()];
    await exchange(ada, evil.mobile);
    await exchange(ada, evil.email);
    const [aboutNumber, aboutEmail] = [await linkTo(ada.email, 'mobile'), await linkTo(ada.email)];
    expect(await undo(aboutEmail)).toBe(204);
    expect(await row(ada)).toMatchObject({ email: ada.email, email_verified: true, mobile: evil.mobile, mobile_verified: false });
    expect(await resetBy(evil.mobile, stolen)).toBe(400);
    expect(await undo(aboutNumber)).toBe(204);
    expect(await row(ada)).toMatchObject({ email: ada.email, email_verified: true, mobile: ada.mobile, mobile_verified: true });
  });

  it('leaves the mark of a number that has been there for longer than links live', async () => {
    const [ada, evil] = [await owner(), newUser()];
    const mine = newUser().mobile;
    await exchange(ada, mine);
    await expire(ada, 1);
    await exchange(ada, evil.email);
    expect(await undo(await linkTo(ada.email))).toBe(204);
    expect(await row(ada)).toMatchObject({ email: ada.email, mobile: mine, mobile_verified: true });
  });
});
