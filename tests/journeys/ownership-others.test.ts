import { describe, expect, it } from 'vitest';
import { mailOf, unlimitedCodes } from './mail.ts';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, newUser, post, problemOf, read, type SignedInUser, signedInUser } from './users.ts';

const settings = { ...unlimitedCodes, LOGIN_RATE_ACCOUNT: '100/15m', CHANGE_UNDO_URL: 'http://localhost:3000/undo#{token}' };
const { gateway, tables, seeds } = await sharedGateway({ stage: 'local', settings });
const mail = mailOf(gateway, tables);

const row = async ({ id }: { readonly id: string }) => (await tables.get('users', { id })) ?? {};
const send = (method: string, who: Pick<SignedInUser, 'id' | 'access'>, body: Body, id = who.id) =>
  gateway.fetch(`/users/${id}/`, {
    method,
    headers: { authorization: `Bearer ${who.access}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const patch = (who: Pick<SignedInUser, 'id' | 'access'>, body: Body, id?: string) => send('PATCH', who, body, id);
const answerOf = async (response: Response) => {
  const { code, errors } = (await response.json()) as Body;
  return { status: response.status, code, errors };
};

describe('trying names by changing one’s own', () => {
  it('is counted together with registrations, and ends with them', async () => {
    gateway.use({ REGISTER_RATE_ADDRESS: '5/1h' });
    const [ada, bob] = [await seeds.registeredUser(), await seeds.registeredUser()];
    const statuses: number[] = [];
    for (let count = 0; count < 7; count += 1) statuses.push((await patch(ada, { email: bob.user.email })).status);
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429, 429]);
    expect(await row(ada)).toMatchObject({ email: ada.user.email });
    expect((await patch(ada, { name: 'Another' })).status, 'what is no name to sign in with is not counted').toBe(200);
  });

  it('names no field if several names are new, so that one known to be taken tells nothing of another', async () => {
    const [ada, bob] = [await seeds.registeredUser(), await seeds.registeredUser()];
    const taken = { username: bob.user.username };
    const answers = [await patch(ada, { ...taken, email: bob.user.email }), await patch(ada, { ...taken, email: newUser().email })];
    const [known, unknown] = await Promise.all(answers.map(answerOf));
    expect(known).toEqual({ status: 400, code: 'identifier_taken', errors: undefined });
    expect(unknown).toEqual(known);
    expect(await answerOf(await patch(ada, { email: bob.user.email }))).toMatchObject({ errors: { email: [expect.any(String)] } });
  });

  it('tells nothing of addresses where the stage wants any proved', async () => {
    gateway.use({ REGISTER_VERIFIED: 'email' });
    const [ada, bob] = [await seeds.registeredUser(), await seeds.registeredUser()];
    for (const kind of ['email', 'mobile'] as const) {
      const answers = [await patch(ada, { [kind]: bob.user[kind] }), await patch(ada, { [kind]: newUser()[kind] })];
      const [known, unknown] = await Promise.all(answers.map(answerOf));
      expect(known).toMatchObject({ status: 400, code: 'validation_failed' });
      expect(unknown).toEqual(known);
    }
  });
});

describe('whoever looks after users', () => {
  const keeper = async () => await seeds.registeredUser({ roles: ['staff'] });
  const made = async (who: Pick<SignedInUser, 'access'>, body: Body) =>
    await post(gateway, '/users/', body, { authorization: `Bearer ${who.access}` });

  it('makes somebody with a proved address by vouching for it, which a stage that wants addresses proved asks for', async () => {
    const staff = await keeper();
    const { name, username, email, mobile } = newUser();
    const free = await made(staff, { name, username, email, mobile, proved: ['mobile'] });
    expect(await free.json()).toMatchObject({ email_verified: false, mobile_verified: true });
    for (const [wanted, kinds] of [
      ['email', ['email']],
      ['mobile', ['mobile']],
      ['either', ['mobile']],
    ] as const) {
      gateway.use({ REGISTER_VERIFIED: wanted });
      const person = newUser();
      const wish = { name: person.name, username: person.username, email: person.email, mobile: person.mobile };
      expect(await answerOf(await made(staff, wish))).toMatchObject({ status: 400, code: 'validation_failed' });
      expect((await made(staff, { ...wish, proved: kinds })).status).toBe(201);
    }
    expect(await answerOf(await made(staff, { name: 'x', email: 'x@example.com', proved: ['fax'] }))).toMatchObject({
      errors: { proved: [expect.stringContaining('email / mobile')] },
    });
  });

  it('changes an address unproved or vouched for, as the stage wants, and a restored one keeps the way back', async () => {
    const [staff, ada] = [await keeper(), await seeds.registeredUser()];
    await tables.set('users', { id: ada.id }, 'email_verified', true);
    const thief = newUser().email;
    expect((await patch(ada, { email: thief })).status).toBe(200);
    const link = await mail.last(ada.user.email);
    expect((await patch(staff, { email: ada.user.email, proved: ['email'] }, ada.id)).status).toBe(200);
    expect(await row(ada)).toMatchObject({ email: ada.user.email, email_verified: true });
    expect((await post(gateway, '/users/undo/', { token: link })).status).toBe(204);
    gateway.use({ REGISTER_VERIFIED: 'email' });
    expect(await answerOf(await patch(staff, { email: thief }, ada.id))).toMatchObject({
      status: 400,
      errors: { email: [expect.any(String)] },
    });
    const whole = { username: ada.user.username, name: 'Ada', email: thief };
    expect((await send('PUT', staff, whole, ada.id)).status).toBe(400);
    expect((await patch(staff, { email: thief, proved: ['email'] }, ada.id)).status).toBe(200);
    expect(await row(ada)).toMatchObject({ email: thief, email_verified: true });
  });

  it('vouches for nobody’s own address, and nobody else does', async () => {
    const [staff, ada, bob] = [await keeper(), await seeds.registeredUser(), await seeds.registeredUser()];
    for (const [who, id] of [
      [staff, staff.id],
      [ada, ada.id],
      [ada, bob.id],
    ] as const)
      expect(await problemOf(await patch(who, { proved: ['email'] }, id))).toMatchObject({ status: 403, code: 'permission_denied' });
    expect((await row(ada))['email_verified']).toBe(false);
  });
});

describe('an address that is only claimed', () => {
  it('is the newcomer’s who registers with a code from it, also where nothing has to be proved', async () => {
    const [claims, newcomer] = [await signedInUser(gateway), newUser()];
    const form = { ...newcomer, email: claims.email, password_confirmation: newcomer.password };
    expect(await answerOf(await post(gateway, '/register/', form))).toMatchObject({ code: 'identifier_taken' });
    await post(gateway, '/codes/', { channel: 'email', to: claims.email, purpose: 'register' });
    const code = await mail.last(claims.email);
    expect(await answerOf(await post(gateway, '/register/', { ...form, code: '000000' }))).toMatchObject({
      status: 400,
      errors: { code: [expect.any(String)] },
    });
    const joined = await post(gateway, '/register/', { ...form, code });
    expect([joined.status, await joined.json()]).toEqual([201, expect.objectContaining({ email: claims.email, email_verified: true })]);
    expect(await row(claims)).toMatchObject({ email: '', email_verified: false, mobile: claims.mobile });
    expect((await read(gateway, `/users/${claims.id}/`, claims.access)).status).toBe(200);
    const again = { ...newUser(), email: claims.email };
    expect(await answerOf(await post(gateway, '/register/', { ...again, password_confirmation: again.password, code }))).toMatchObject({
      status: 400,
    });
    expect((await patch(claims, { email: newUser().email })).status, 'who lost it chooses another').toBe(200);
  });

  it('of ten who register with one code from it at once one has it', async () => {
    const claims = await signedInUser(gateway);
    await post(gateway, '/codes/', { channel: 'email', to: claims.email, purpose: 'register' });
    const code = await mail.last(claims.email);
    const crowd = Array.from({ length: 10 }, () => ({ ...newUser(), email: claims.email }));
    gateway.use({ CODE_TRIES: '10' });
    const answers = await Promise.all(
      crowd.map((person) => post(gateway, '/register/', { ...person, password_confirmation: person.password, code })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const holders = (await tables.all('users')).filter(({ email }) => email === claims.email);
    expect(holders).toHaveLength(1);
    expect((await tables.get('identifiers', { identifier: claims.email }))?.['user_id']).toBe(holders[0]?.['id']);
  });
});
