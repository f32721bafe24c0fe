import { afterEach, describe, expect, it } from 'vitest';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, fiftyAtOnce, newUser, post, problemOf, register, signIn } from './users.ts';

const { gateway, tables, clock } = await sharedGateway();
afterEach(clock.run);

const withoutMobile = () => {
  const { mobile: _, ...user } = newUser();
  return { ...user, password_confirmation: user.password };
};

async function namesOwned(userIds: readonly unknown[]): Promise<Body[]> {
  return (await tables.all('identifiers')).filter(({ user_id }) => userIds.includes(user_id));
}

describe('a user who registers', () => {
  it('gets their record and its path, without the hash', async () => {
    const user = newUser();
    const response = await register(gateway, user);
    const record = (await response.json()) as Body;
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe(`/users/${record['id']}/`);
    expect(record).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      username: user.username,
      name: user.name,
      email: user.email,
      mobile: user.mobile,
      avatar: null,
      roles: [],
      is_active: true,
      is_superuser: false,
      email_verified: false,
      mobile_verified: false,
      date_joined: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      last_login: null,
    });
  });

  it('has their name as username if they give none', async () => {
    const { username, ...user } = withoutMobile();
    const response = await post(gateway, '/register/', { ...user, name: username });
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ username, name: username });
  });

  it.each(['Ada Lovelace', "O'Brien", '买买提·艾力', '😀smile', '李'])(
    'gets a username made from the name %s if they give none',
    async (name) => {
      const { username: _, ...user } = withoutMobile();
      const response = await post(gateway, '/register/', { ...user, name });
      expect(response.status).toBe(201);
      const { username, ...record } = (await response.json()) as { username: string };
      expect(record).toMatchObject({ name });
      expect(await signIn(gateway, { ...newUser(), ...user, username })).toHaveProperty('access');
    },
  );

  it('is one of fifty people of one name, and each has another username', async () => {
    const name = `Ada ${newUser().username}`;
    const answers = await fiftyAtOnce(async () => {
      const { username: _, ...user } = withoutMobile();
      const response = await post(gateway, '/register/', { ...user, name });
      return { status: response.status, ...((await response.json()) as Body) };
    });
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map((answer) => String((answer as Body)['username']).toLowerCase())).size).toBe(50);
  });

  it('is one person with the address as it is typed and with its domain in ASCII, and is shown what they typed', async () => {
    const { username } = newUser();
    const user = { ...newUser(), email: `${username}@münchen.de` };
    const ascii = `${username}@xn--mnchen-3ya.de`;
    expect(await (await register(gateway, user)).json()).toMatchObject({ email: user.email });
    for (const typed of [user.email, user.email.toUpperCase(), user.email.normalize('NFD'), ascii])
      expect(await signIn(gateway, { ...user, username: typed })).toHaveProperty('access');
    const other = await register(gateway, { ...newUser(), email: ascii });
    expect(await other.json()).toMatchObject({ code: 'identifier_taken', errors: { email: [expect.any(String)] } });
  });

  it('is told which part of an address cannot have letters of other scripts', async () => {
    const response = await register(gateway, { ...newUser(), email: 'josé@example.com' });
    expect(await response.json()).toMatchObject({ errors: { email: [expect.stringMatching(/^Before the @/)] } });
  });

  it('may leave optional fields empty, as forms do', async () => {
    const response = await post(gateway, '/register/', { ...withoutMobile(), mobile: '' });
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ mobile: null });
  });

  it.each(['राहुल', 'สมชัย', 'علی‌رضا', 'שָׁלוֹם', 'শ্রী'])('may be called %s, and signs in with every spelling of it', async (name) => {
    const digits = newUser().mobile.slice(-8);
    const user = { ...newUser(), username: `${name}${digits}` };
    expect((await register(gateway, user)).status).toBe(201);
    for (const username of [user.username, user.username.normalize('NFD'), `\u202a${user.username}\u202c`])
      expect(await signIn(gateway, { ...user, username })).toHaveProperty('access');
  });

  it('is known by the address and the number that the clipboard added to', async () => {
    const user = newUser();
    const pasted = { ...user, email: `\u202a${user.email.replace('@', '＠')}\u202c`, mobile: user.mobile.replace('+86', '\u200e+86–') };
    expect(await (await register(gateway, pasted)).json()).toMatchObject({ email: user.email, mobile: user.mobile });
    for (const username of [user.email, `${user.email}\u200b`, user.mobile])
      expect(await signIn(gateway, { ...user, username })).toBeDefined();
  });

  it('cannot take a name with letters that are not drawn, and a bidi control is removed from what is shown', async () => {
    const hidden = { ...newUser(), username: `${newUser().username}\u3164` };
    expect(await (await register(gateway, hidden)).json()).toMatchObject({ errors: { username: [expect.any(String)] } });
    const user = { ...newUser(), name: 'Ann\u202egnp' };
    expect(await (await register(gateway, user)).json()).toMatchObject({ name: 'Anngnp' });
  });

  it('may give the mobile as a number and in the national form', async () => {
    const user = newUser();
    const response = await post(gateway, '/register/', {
      ...user,
      mobile: Number(user.mobile.slice(3)),
      password_confirmation: user.password,
    });
    expect(await response.json()).toMatchObject({ mobile: user.mobile });
  });

  it('cannot give themselves privileges: unknown fields are ignored', async () => {
    const response = await post(gateway, '/register/', {
      ...withoutMobile(),
      id: 'root',
      is_superuser: true,
      is_active: false,
      roles: ['admin'],
      token_epoch: 9,
      email_verified: true,
      ['__proto__']: { is_superuser: true }, // a computed key, which JSON.stringify sends
    });
    expect(response.status).toBe(201);
    const user = (await response.json()) as Body;
    expect(user).toMatchObject({ is_superuser: false, is_active: true, roles: [], email_verified: false });
    expect(user['id']).not.toBe('root');
    const [row] = (await tables.all('users')).filter(({ id }) => id === user['id']);
    expect(row).toMatchObject({ is_superuser: false, token_epoch: 0 });
  });

  it('is told all invalid fields at once, in their language', async () => {
    const wrong = { name: 'x', username: '1', email: 'nobody', mobile: '12', password: 'short', password_confirmation: 'other' };
    const response = await post(gateway, '/register/', wrong, { 'accept-language': 'zh-TW,zh;q=0.9' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'validation_failed',
      errors: {
        username: [expect.stringContaining('用户名')],
        email: ['请输入有效的邮箱地址。'],
        mobile: ['请输入有效的手机号码。'],
        password: ['密码过短，至少需要 8 个字符。'],
        password_confirmation: ['两次输入的密码不一致。'],
      },
    });
  });

  it.each([
    [
      'nothing at all',
      {},
      { name: ['This field is required.'], email: ['This field is required.'], password: ['This field is required.'] },
    ],
    ['null', { name: null }, { name: ['This field may not be null.'] }],
    ['a list', { name: ['x'] }, { name: ['Not a valid string.'] }],
    ['white space', { name: '   ' }, { name: ['This field may not be blank.'] }],
    ['a line break', { name: 'a\r\nSet-Cookie: x' }, { name: ['Control characters are not allowed.'] }],
  ])('is told which field is invalid: %s', async (_, body, errors) => {
    const response = await post(gateway, '/register/', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'validation_failed', errors });
  });

  it.each([
    ['password1', 'This password is too common.'],
    ['1234567', 'This password is too short. It must contain at least 8 characters.'],
    ['x'.repeat(257), 'This password is too long. It must contain at most 256 characters.'],
  ])('cannot have the password %s', async (password, sentence) => {
    const response = await post(gateway, '/register/', { ...withoutMobile(), password, password_confirmation: password });
    expect(await response.json()).toMatchObject({ errors: { password: [sentence] } });
  });

  it('cannot have their own username as password, nor a reserved username', async () => {
    const user = withoutMobile();
    const same = { ...user, password: user.username.toUpperCase(), password_confirmation: user.username.toUpperCase() };
    expect(await (await post(gateway, '/register/', same)).json()).toMatchObject({
      errors: { password: ['The password is too similar to the username.'] },
    });
    const reserved = await post(gateway, '/register/', { ...user, username: 'Ａdmin' });
    expect(await reserved.json()).toMatchObject({ errors: { username: ['This username is reserved.'] } });
    for (const username of ['admin\u{16fe4}', 'محـمد', 'admin\u02bc'])
      expect([username, (await post(gateway, '/register/', { ...user, username })).status]).toEqual([username, 400]);
    const marked = await post(gateway, '/register/', { ...user, username: 'ádmin' });
    expect(await marked.json()).toMatchObject({ errors: { username: ['This username is reserved.'] } });
  });
});

describe('a taken identifier', () => {
  it('is refused in every other spelling, with its field named', async () => {
    const first = newUser();
    await register(gateway, first);
    const wide = first.username.replace('u', 'Ｕ');
    const response = await post(gateway, '/register/', {
      ...withoutMobile(),
      username: wide,
      email: first.email.toUpperCase(),
      mobile: first.mobile.replace('+86', '0086 '),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'identifier_taken',
      errors: {
        username: ['A user with that username already exists.'],
        email: ['A user with that email already exists.'],
        mobile: ['A user with that mobile already exists.'],
      },
    });
  });

  it.each(['username', 'email', 'mobile'] as const)('(%s) goes to exactly one of fifty users who register it at once', async (field) => {
    const wanted = newUser()[field];
    const answers = await fiftyAtOnce(() => register(gateway, { ...newUser(), [field]: wanted }));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 400]));
    const owners = (await tables.all('users')).filter((user) => user[field] === wanted);
    expect(owners).toHaveLength(1);
    expect(await namesOwned(owners.map(({ id }) => id))).toHaveLength(3);
  });

  it('leaves no orphan row if fifty registrations overlap', async () => {
    const forms = Array.from({ length: 5 }, newUser);
    const pick = (index: number) => forms[index % forms.length] ?? newUser();
    const answers = await fiftyAtOnce((index) =>
      register(gateway, { ...newUser(), username: pick(index).username, email: pick(index >> 1).email, mobile: pick(index >> 2).mobile }),
    );
    const made = answers.filter(({ status }) => status === 201).length;
    expect(made).toBeGreaterThan(0);
    const users = await tables.all('users');
    const ids = new Set(users.map(({ id }) => id));
    const names = await tables.all('identifiers');
    expect(names.filter(({ user_id }) => !ids.has(user_id))).toEqual([]);
    for (const user of users) {
      const own = names.filter(({ user_id }) => user_id === user['id']).map(({ identifier }) => identifier);
      const expected = [user['username_key'], user['email_key'], user['mobile']].filter((name) => name !== undefined);
      expect(own.toSorted()).toEqual(expected.toSorted());
    }
  });
});

describe('a failed registration', () => {
  it.each(['crash-before', 'crash-after', 'drop-before', 'drop-after', 'refuse'] as const)(
    'at the write (%s) leaves one complete user after it is repeated',
    async (kind) => {
      const user = newUser();
      const fault = gateway.gate.fault('register', ({ operation }) => operation === 'TransactWriteItems', kind);
      const first = await register(gateway, user);
      expect(fault.struck).toBe(1);
      if (first.status !== 201) {
        const again = await problemOf(await register(gateway, user));
        expect([undefined, 'identifier_taken']).toContain(again.code);
      }
      const owners = (await tables.all('users')).filter(({ email }) => email === user.email);
      expect(owners).toHaveLength(1);
      expect(await namesOwned(owners.map(({ id }) => id))).toHaveLength(3);
      expect(await signIn(gateway, user)).toHaveProperty('access');
    },
  );

  it('while the tables cannot be reached is a 503 with Retry-After', async () => {
    const fault = gateway.gate.fault('register', ({ operation }) => operation === 'TransactWriteItems', 'drop-before', { times: 99 });
    const response = await register(gateway, newUser());
    fault.end();
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'unavailable' });
  });
});

describe('the registration limit', () => {
  it('stops an address that registers repeatedly, and no other address', async () => {
    clock.stop();
    const from = '198.51.100.7';
    gateway.use({ HUMAN_CHECK_REGISTER: 'off' });
    const attempt = (address: string) => post(gateway, '/register/', { ...withoutMobile(), password: 'short' }, {}, address);
    const answers = await Promise.all(Array.from({ length: 25 }, () => attempt(from)));
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(20);
    const [refused] = answers.filter(({ status }) => status === 429);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await attempt('198.51.100.8')).status).toBe(400);
  });
});
