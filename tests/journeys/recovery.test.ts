import { afterEach, describe, expect, it, vi } from 'vitest';
import { subcommands } from '../../scripts/users/subcommands.ts';
import { unlimitedCodes, wrongCode } from './mail.ts';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, bearer, fiftyAtOnce, newUser, post, problemOf, read, type SignedInUser, signedInUser, signIn } from './users.ts';

const settings = {
  ...unlimitedCodes,
  PASSWORD_RESET_URL: 'http://localhost:3000/reset#{token}',
};
const { gateway, mail, tables, clock } = await sharedGateway({ stage: 'local', settings });
afterEach(clock.run);

const newPassword = 'quite another sentence';
const forgot = (body: Body, from?: string) => post(gateway, '/password/forgot/', body, {}, from);
const reset = (body: Body, password = newPassword) =>
  post(gateway, '/password/reset/', { password, password_confirmation: password, ...body });
const ask = (to: string, purpose: string) => post(gateway, '/codes/', { channel: to.includes('@') ? 'email' : 'sms', to, purpose });
const statusOf = async (response: Promise<Response>) => (await response).status;
const logIn = ({ username }: { username: string }, password: string) => statusOf(post(gateway, '/token/', { username, password }));
const errorsOf = async (response: Response) => ({ status: response.status, ...((await response.json()) as { errors?: Body }).errors });
const wrongLink = { status: 400, token: ['This link is wrong, or no longer valid.'] };
const wrong = { status: 400, code: ['This code is wrong, or no longer valid. Ask for another one.'] };
const row = async ({ id }: Pick<SignedInUser, 'id'>) => await tables.get('users', { id });

describe('a password reset', () => {
  it('by link works once, ends every session, verifies the address and tells the user', async () => {
    const ada = await signedInUser(gateway);
    const sent = await forgot({ email: ada.email.toUpperCase() });
    expect([sent.status, await sent.json()]).toEqual([202, { retry_after: 0 }]);
    const token = await mail.last(ada.email);
    expect(token.length).toBeGreaterThan(80);
    const done = await reset({ token });
    expect([done.status, await done.text(), done.headers.get('cache-control')]).toEqual([204, '', 'no-store']);
    expect([await logIn(ada, ada.password), await logIn(ada, newPassword)]).toEqual([401, 200]);
    expect((await read(gateway, '/userInfo/', ada.access)).status).toBe(401);
    expect(await statusOf(post(gateway, '/token/refresh/', { refresh: ada.refresh }))).toBe(401);
    expect(await row(ada)).toMatchObject({ email_verified: true, token_epoch: 1 });
    expect(await mail.templatesTo(ada.email)).toEqual(['reset-link', 'password-changed']);
    expect(await errorsOf(await reset({ token }, 'a third sentence'))).toEqual(wrongLink);
  });

  it('by a link from the command line works once and verifies no address', async () => {
    const ada = await signedInUser(gateway);
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', gateway.endpoints.dynamodb);
    vi.stubEnv('AWS_ENDPOINT_URL_SSM', gateway.endpoints.ssm);
    const printed = vi.spyOn(console, 'log').mockImplementation(() => {});
    const command = await subcommands['reset-link']?.load();
    await command?.run([ada.email, '--json']);
    await command?.run([ada.username]);
    const [first, second] = printed.mock.calls.flat().map(String);
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    const token = JSON.parse(first ?? '').token;
    expect(JSON.parse(first ?? '')).toEqual({ id: ada.id, username: ada.username, token, url: null, expires_at: expect.any(String) });
    expect(await errorsOf(await reset({ token }))).toEqual(wrongLink);
    const newest = JSON.parse((second ?? '').replaceAll('…', '')).token;
    expect([await statusOf(reset({ token: newest })), await statusOf(reset({ token: newest }))]).toEqual([204, 400]);
    expect([await logIn(ada, ada.password), await logIn(ada, newPassword)]).toEqual([401, 200]);
    expect(await row(ada)).toMatchObject({ email_verified: false, token_epoch: 1 });
  });

  it('by code works with a code to the email or to the mobile', async () => {
    const ada = await signedInUser(gateway);
    await tables.set('users', { id: ada.id }, 'mobile_verified', true);
    await forgot({ mobile: ada.mobile.slice(3) });
    expect(await statusOf(reset({ mobile: ada.mobile, code: await mail.last(ada.mobile) }))).toBe(204);
    expect(await row(ada)).toMatchObject({ email_verified: false, mobile_verified: true });
    await tables.set('users', { id: ada.id }, 'email_verified', true);
    await ask(ada.email, 'reset');
    expect(await statusOf(reset({ email: ada.email, code: await mail.last(ada.email) }, 'a third sentence'))).toBe(204);
    expect([await logIn(ada, newPassword), await logIn(ada, 'a third sentence')]).toEqual([401, 200]);
  });

  it('of a username goes to that user’s email, whose limits the caller does not learn', async () => {
    clock.stop();
    gateway.use({ CODE_RATE_TARGET: '2/15m' });
    const from = '198.51.100.21';
    const ada = await signedInUser(gateway);
    expect([(await forgot({ email: ada.email })).status, (await forgot({ email: ada.email })).status]).toEqual([202, 202]);
    const answers = [
      await forgot({ username: ada.username }, from),
      await forgot({ username: ada.username }, from),
      await forgot({ username: ada.username }, from),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 429]);
    expect(await mail.templatesTo(ada.email), 'half of the rate is for known devices').toEqual(['reset-link']);
    const { username } = newUser();
    const others = [await forgot({ username }, from), await forgot({ username }, from), await forgot({ username }, from)];
    expect(others.map(({ status }) => status)).toEqual([202, 202, 429]);
    const bob = await signedInUser(gateway);
    expect((await forgot({ username: bob.username })).status).toBe(202);
    expect(await mail.templatesTo(bob.email)).toEqual(['reset-link']);
  });

  /** The DynamoDB calls of a function, sorted. Its first request also reads keys. */
  const callsOf = (name: string) =>
    gateway.gate
      .calls(name)
      .filter(({ service }) => service === 'dynamodb')
      .map(({ operation }) => operation)
      .toSorted();

  it('is answered alike for known and unknown users, with the same calls', async () => {
    const [ada, unknownUser] = [await signedInUser(gateway), newUser()];
    const seen = async (body: Body) => {
      gateway.gate.reset();
      const response = await forgot(body);
      const headers = [...response.headers].filter(([name]) => !/^(date|apigw-requestid|x-amzn.*)$/.test(name));
      return [response.status, headers, await response.text(), callsOf('passwordForgot')];
    };
    for (const kind of ['email', 'mobile', 'username'] as const)
      expect(await seen({ [kind]: unknownUser[kind] })).toEqual(await seen({ [kind]: ada[kind] }));
    expect([await mail.templatesTo(unknownUser.email), await mail.templatesTo(unknownUser.mobile)]).toEqual([[], []]);
    expect((await forgot({})).status).toBe(400);
  });

  it('with a refused password does not spend the link', async () => {
    const ada = await signedInUser(gateway);
    await forgot({ email: ada.email });
    const token = await mail.last(ada.email);
    expect(await errorsOf(await reset({ token }, 'password'))).toEqual({ status: 400, password: ['This password is too common.'] });
    expect(await errorsOf(await reset({ token }, ada.email))).toMatchObject({ status: 400, password: expect.anything() });
    expect(await errorsOf(await reset({ token, password_confirmation: 'x' }))).toMatchObject({ password_confirmation: expect.anything() });
    expect(await errorsOf(await reset({}))).toMatchObject({ status: 400, token: ['This field is required.'] });
    expect(await statusOf(reset({ token }))).toBe(204);
  });

  it('refuses an older, foreign, altered or expired link', async () => {
    const [ada, bob] = await Promise.all([signedInUser(gateway), signedInUser(gateway)]);
    await forgot({ email: ada.email });
    const old = await mail.last(ada.email);
    await Promise.all([forgot({ email: ada.email }), forgot({ email: bob.email })]);
    const [token, bobs] = [await mail.last(ada.email), await mail.last(bob.email)];
    const [subject, ref, mac] = token.split('.');
    const [bobsSubject, bobsRef] = bobs.split('.');
    const forged = [
      old,
      `${bobsSubject}.${ref}.${mac}`,
      `${subject}.${bobsRef}.${mac}`,
      `${token}=`,
      token.slice(0, -1),
      `${token}A`,
      'x',
      `${subject}.${ref}.`,
    ];
    for (const each of forged) expect([each, await errorsOf(await reset({ token: each }))]).toEqual([each, wrongLink]);
    expect([await logIn(ada, ada.password), await logIn(bob, bob.password)]).toEqual([200, 200]);
    const found = (await tables.all('short-lived')).find((each) => each['user_id'] === ada.id);
    expect(Number(found?.['expires_at']) - Date.now() / 1000).toBeGreaterThan(3500);
    await tables.set('short-lived', { key: found?.['key'] }, 'expires_at', Math.floor(Date.now() / 1000));
    expect(await errorsOf(await reset({ token }))).toEqual(wrongLink);
    await tables.set('short-lived', { key: found?.['key'] }, 'expires_at', Math.floor(Date.now() / 1000) + 60);
    expect(await statusOf(reset({ token }))).toBe(204);
  });

  it('by link works after a stranger asked for codes and entered five wrong ones, and a code works after a link was asked for', async () => {
    const [ada, bob] = await Promise.all([signedInUser(gateway), signedInUser(gateway)]);
    await forgot({ email: ada.email });
    const token = await mail.last(ada.email);
    await ask(ada.email, 'reset');
    const code = wrongCode(await mail.last(ada.email));
    for (let time = 0; time < 5; time += 1) expect(await errorsOf(await reset({ email: ada.email, code }))).toEqual(wrong);
    expect(await statusOf(reset({ token }))).toBe(204);
    await ask(bob.email, 'reset');
    const digits = await mail.last(bob.email);
    await forgot({ email: bob.email });
    const link = await mail.last(bob.email);
    expect(await statusOf(reset({ email: bob.email, code: digits }))).toBe(204);
    expect(await errorsOf(await reset({ token: link }, 'a third sentence')), 'a reset ends the link').toEqual(wrongLink);
  });

  it('by link, by code, a proof of the address and a logout everywhere each end the other ways', async () => {
    const people = await Promise.all(Array.from({ length: 3 }, () => signedInUser(gateway)));
    const ends = [
      async ({ email }: SignedInUser, token: string) => await statusOf(reset({ email, token })),
      async ({ email }: SignedInUser) => {
        await ask(email, 'login');
        return await statusOf(post(gateway, '/login/code/', { email, code: await mail.last(email) }));
      },
      async ({ access }: SignedInUser) => await statusOf(post(gateway, '/logout/', { scope: 'global' }, bearer(access))),
    ];
    for (const [index, user] of people.entries()) {
      await forgot({ email: user.email });
      const token = await mail.last(user.email);
      await ask(user.email, 'reset');
      const code = await mail.last(user.email);
      expect(await ends[index]?.(user, token)).toBeLessThan(205);
      expect(await errorsOf(await reset({ token }, 'a third sentence'))).toEqual(wrongLink);
      expect(await errorsOf(await reset({ email: user.email, code }, 'a third sentence'))).toEqual(wrong);
    }
  });

  it('refuses links from before a logout everywhere, from before an address change, and of suspended users', async () => {
    const [ada, bob, eve] = await Promise.all([signedInUser(gateway), signedInUser(gateway), signedInUser(gateway)]);
    for (const { email } of [ada, bob, eve]) await forgot({ email });
    await post(gateway, '/logout/', { scope: 'global' }, bearer(ada.access));
    await tables.set('users', { id: bob.id }, 'email', 'another@example.com');
    await tables.set('users', { id: eve.id }, 'is_active', false);
    for (const { email } of [ada, bob, eve]) expect(await errorsOf(await reset({ token: await mail.last(email) }))).toEqual(wrongLink);
  });

  it('by one link succeeds once if twenty requests arrive at once, and a code has five tries', async () => {
    const [ada, bob] = await Promise.all([signedInUser(gateway), signedInUser(gateway)]);
    await Promise.all([forgot({ email: ada.email }), ask(bob.email, 'reset')]);
    const token = await mail.last(ada.email);
    const done = await Promise.all(Array.from({ length: 20 }, (_, index) => statusOf(reset({ token }, `the sentence number ${index}`))));
    expect(done.filter((status) => status === 204)).toHaveLength(1);
    expect(new Set(done).difference(new Set([204, 400, 503]))).toEqual(new Set());
    expect(await logIn(ada, `the sentence number ${done.indexOf(204)}`)).toBe(200);
    expect(await row(ada)).toMatchObject({ token_epoch: 1 });
    const code = wrongCode(await mail.last(bob.email));
    const guesses = await fiftyAtOnce(() => statusOf(reset({ email: bob.email, code })));
    expect(guesses.filter((status) => status === 400)).toHaveLength(50);
    const right = await mail.last(bob.email);
    expect(await statusOf(reset({ email: bob.email, code: right })), 'the code is dead').toBe(400);
    await ask(bob.email, 'reset');
    expect(await statusOf(reset({ email: bob.email, code: await mail.last(bob.email) }))).toBe(204);
  });

  it('ends every session with CHECK_REVOKE_TOKEN off as well', async () => {
    gateway.use({ CHECK_REVOKE_TOKEN: 'false' });
    const ada = await signedInUser(gateway);
    const elsewhere = await signIn(gateway, ada);
    await forgot({ email: ada.email });
    expect(await statusOf(reset({ token: await mail.last(ada.email) }))).toBe(204);
    for (const { access } of [ada, elsewhere]) expect((await read(gateway, '/userInfo/', access)).status).toBe(401);
  });

  it.each(['crash-before', 'drop-before', 'refuse', 'drop-after', 'crash-after'] as const)(
    'is done wholly or not at all if the write fails (%s), and the link works if it is not done',
    async (kind) => {
      const ada = await signedInUser(gateway);
      await forgot({ email: ada.email });
      const token = await mail.last(ada.email);
      const times = kind.endsWith('after') ? 1 : 99;
      const fault = gateway.gate.fault('passwordReset', ({ operation }) => operation === 'TransactWriteItems', kind, { times });
      const status = await statusOf(reset({ token }));
      fault.end();
      const isDone = kind.endsWith('after');
      expect(status === 204).toBe(kind === 'drop-after');
      expect([await logIn(ada, ada.password), await logIn(ada, newPassword)]).toEqual(isDone ? [401, 200] : [200, 401]);
      expect(await statusOf(reset({ token }, 'a third sentence'))).toBe(isDone ? 400 : 204);
    },
  );
});

describe('verifying an address', () => {
  const verify = (user: SignedInUser, body: Body, as = user) => post(gateway, `/users/${user.id}/verify/`, body, bearer(as.access));

  it('takes a code that was sent there, and verifies only that address', async () => {
    const ada = await signedInUser(gateway);
    expect(await (await verify(ada, { channel: 'email' })).json()).toEqual({ verified: false, retry_after: 0 });
    expect(await mail.to(ada.email)).toEqual([expect.objectContaining({ template: 'code', purpose: 'verify' })]);
    const code = await mail.last(ada.email);
    expect(await errorsOf(await verify(ada, { channel: 'email', code: wrongCode(code) }))).toEqual(wrong);
    expect(await errorsOf(await verify(ada, { channel: 'sms', code }))).toEqual(wrong);
    expect(await (await verify(ada, { channel: 'email', code })).json()).toEqual({ verified: true });
    expect(await row(ada)).toMatchObject({ email_verified: true, mobile_verified: false });
    expect(await (await verify(ada, { channel: 'email', code: 'x' })).json()).toEqual({ verified: true });
    await verify(ada, { channel: 'sms', code: '' });
    expect(await (await verify(ada, { channel: 'sms', code: await mail.last(ada.mobile) })).json()).toEqual({ verified: true });
  });

  it('is refused for another user, and for a code of another purpose', async () => {
    const [ada, bob] = await Promise.all([signedInUser(gateway), signedInUser(gateway)]);
    expect(await problemOf(await verify(ada, { channel: 'email' }, bob))).toMatchObject({ status: 403, code: 'permission_denied' });
    await verify(ada, { channel: 'email' });
    expect(await errorsOf(await verify(bob, { channel: 'email', code: await mail.last(ada.email) }))).toEqual(wrong);
    await ask(bob.email, 'login');
    expect(await errorsOf(await verify(bob, { channel: 'email', code: await mail.last(bob.email) }))).toEqual(wrong);
    expect((await verify(bob, { channel: 'fax' })).status).toBe(400);
  });
});

describe('registration with REGISTER_VERIFIED', () => {
  const signUp = (user: Body, code?: string) =>
    post(gateway, '/register/', { ...user, password_confirmation: user['password'], ...(code !== undefined && { code }) });

  it('takes the code that was sent, and stores the address as verified', async () => {
    gateway.use({ REGISTER_VERIFIED: 'email' });
    const ada = newUser();
    expect(await errorsOf(await signUp(ada))).toEqual({ status: 400, code: ['This field is required.'] });
    await ask(ada.email, 'register');
    const code = await mail.last(ada.email);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => signUp(ada, code)));
    const statuses = outcomes.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(new Set(statuses).difference(new Set([201, 400, 429, 503]))).toEqual(new Set());
    expect(await outcomes.find(({ status }) => status === 201)?.json()).toMatchObject({ email_verified: true, mobile_verified: false });
  });

  it('names taken identifiers only if the code is right', async () => {
    gateway.use({ REGISTER_VERIFIED: 'email' });
    const ada = newUser();
    await ask(ada.email, 'register');
    expect((await signUp(ada, await mail.last(ada.email))).status).toBe(201);
    const again = { ...newUser(), email: ada.email };
    const unknownUser = newUser();
    await Promise.all([ask(ada.email, 'register'), ask(unknownUser.email, 'register')]);
    const code = await mail.last(unknownUser.email);
    for (const user of [again, unknownUser]) expect(await errorsOf(await signUp(user, wrongCode(code)))).toEqual(wrong);
    const sameName = { ...unknownUser, username: ada.username };
    expect(await problemOf(await signUp(sameName, code))).toMatchObject({ status: 400, code: 'identifier_taken' });
    expect((await signUp(unknownUser, code)).status).toBe(201);
  });

  it('=mobile needs a mobile, and =either takes a code to the email or the mobile', async () => {
    gateway.use({ REGISTER_VERIFIED: 'mobile' });
    const { mobile: _, ...without } = newUser();
    expect(await errorsOf(await signUp(without, '123456'))).toEqual({ status: 400, mobile: ['This field is required.'] });
    const ada = newUser();
    await Promise.all([ask(ada.mobile, 'register'), ask(ada.email, 'register')]);
    expect(await errorsOf(await signUp(ada, await mail.last(ada.email)))).toEqual(wrong);
    expect(await (await signUp(ada, await mail.last(ada.mobile))).json()).toMatchObject({ email_verified: false, mobile_verified: true });
    gateway.use({ REGISTER_VERIFIED: 'either' });
    const bob = newUser();
    await Promise.all([ask(bob.email, 'register'), ask(bob.mobile, 'register')]);
    expect(await (await signUp(bob, await mail.last(bob.mobile))).json()).toMatchObject({ email_verified: false, mobile_verified: true });
  });

  it('accepts CODE_FIXED after a code was asked for', async () => {
    gateway.use({ REGISTER_VERIFIED: 'email', CODE_FIXED: '000000' });
    const ada = newUser();
    expect((await signUp(ada, '000000')).status).toBe(400);
    await ask(ada.email, 'register');
    expect((await signUp(ada, '000000')).status).toBe(201);
  });
});
