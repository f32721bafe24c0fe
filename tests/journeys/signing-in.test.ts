import { afterEach, describe, expect, it } from 'vitest';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, claimsOf, fiftyAtOnce, newUser, post, problemOf, register, signedInUser, signIn } from './users.ts';

const { gateway, tables, clock } = await sharedGateway();
afterEach(clock.run);
const ada = await signedInUser(gateway);

describe('a user who logs in', () => {
  it('gets both tokens, the user’s id and names, and the lifetime', async () => {
    const response = await post(gateway, '/login/', { username: ada.username, password: ada.password });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({
      status_code: 200,
      message: 'Login successful',
      data: {
        access_token: expect.stringMatching(/^eyJ/),
        refresh_token: expect.stringMatching(/^eyJ/),
        token_type: 'Bearer',
        expires_in: 300,
        user_id: ada.id,
        username: ada.username,
        email: ada.email,
      },
    });
  });

  it.each(['username', 'email', 'mobile'] as const)('may put any identifier into the field %s', async (field) => {
    for (const typed of [
      ada.username,
      ada.username.toUpperCase(),
      ada.email,
      ` ${ada.email.toUpperCase()} `,
      ada.mobile,
      ada.mobile.slice(3),
    ]) {
      const response = await post(gateway, '/token/', { [field]: typed, password: ada.password });
      expect([typed, response.status]).toEqual([typed, 200]);
    }
  });

  it.each(['username', 'email', 'mobile'] as const)('can do so right after registration, by %s', async (field) => {
    for (let round = 0; round < 5; round += 1) {
      const user = newUser();
      await register(gateway, user);
      const response = await post(gateway, '/token/', { [field]: user[field], password: user.password });
      expect(response.status).toBe(200);
    }
  });

  it('gets tokens with simplejwt’s claims and lifetimes', async () => {
    const { access, refresh } = await signIn(gateway, ada);
    const [accessClaims, refreshClaims] = [claimsOf(access), claimsOf(refresh)];
    expect(accessClaims).toMatchObject({ token_type: 'access', user_id: ada.id, jti: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(refreshClaims).toMatchObject({ token_type: 'refresh', user_id: ada.id });
    expect(Number(accessClaims['exp']) - Number(accessClaims['iat'])).toBe(300);
    expect(Number(refreshClaims['exp']) - Number(refreshClaims['iat'])).toBe(86_400);
  });

  it('gets a longer session with `remembered`', async () => {
    const response = await post(gateway, '/token/', { username: ada.username, password: ada.password, remembered: true });
    const { refresh } = (await response.json()) as { refresh: string };
    const { exp, iat } = claimsOf(refresh);
    expect(Number(exp) - Number(iat)).toBe(30 * 86_400);
  });

  it('needs the password exactly as typed: it is never trimmed', async () => {
    const user = { ...newUser(), password: '  spaces around it  ' };
    await register(gateway, user);
    expect((await post(gateway, '/token/', { username: user.username, password: user.password.trim() })).status).toBe(401);
    expect((await post(gateway, '/token/', { username: user.username, password: user.password })).status).toBe(200);
  });

  it('needs every character of a long password', async () => {
    const user = { ...newUser(), password: `${'long '.repeat(40)}end` };
    await register(gateway, user);
    expect((await post(gateway, '/token/', { username: user.username, password: `${'long '.repeat(40)}End` })).status).toBe(401);
    expect((await post(gateway, '/token/', { username: user.username, password: user.password })).status).toBe(200);
  });
});

describe('a refused login', () => {
  const words = { status: 401, code: 'no_active_account', detail: 'No active account found with the given credentials' };

  it('has one answer for unknown users, wrong passwords and inactive users', async () => {
    const inactive = await signedInUser(gateway);
    await tables.set('users', { id: inactive.id }, 'is_active', false);
    const answers = await Promise.all([
      post(gateway, '/login/', { username: 'nobody.at.all', password: ada.password }),
      post(gateway, '/login/', { username: '@@@', password: ada.password }),
      post(gateway, '/login/', { username: ada.username, password: 'wrong' }),
      post(gateway, '/login/', { username: inactive.username, password: inactive.password }),
    ]);
    for (const response of answers) {
      expect(response.headers.get('www-authenticate')).toBe('Bearer realm="api"');
      const body = (await response.clone().json()) as Body;
      expect(Object.keys(body).toSorted()).toEqual(['code', 'detail', 'instance', 'status', 'title', 'type']);
      expect(await problemOf(response)).toEqual(words);
    }
  });

  it('makes the same calls for an unknown name as for a known one', async () => {
    gateway.gate.reset();
    await post(gateway, '/login/', { username: 'nobody.at.all', password: 'x' });
    await post(gateway, '/login/', { username: ada.username, password: 'x' });
    const [unknown, known] = [...gateway.gate.invocations('login').values()]
      .map((calls) => calls.filter(({ service }) => service === 'dynamodb').map(({ operation }) => operation))
      .filter((calls) => calls.length > 0);
    expect(unknown?.toSorted()).toEqual(known?.toSorted());
  });

  it.each([
    [{}, { username: ['Give a username, an email or a mobile.'], password: ['This field is required.'] }],
    [{ username: '', password: 'x' }, { username: ['Give a username, an email or a mobile.'] }],
    [{ username: 'ada', password: '' }, { password: ['This field may not be blank.'] }],
    [{ username: true, password: 'x' }, { username: ['Not a valid string.'] }],
  ])('names the missing fields: %j', async (body, errors) => {
    const response = await post(gateway, '/login/', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'validation_failed', errors });
  });

  it('is a 429 after ten tries per account without human checks, from any address and however many at once', async () => {
    gateway.use({ HUMAN_CHECK_LOGIN: 'off' });
    clock.stop();
    const victim = await signedInUser(gateway); // its login counts as one try
    const answers = await fiftyAtOnce(() => post(gateway, '/login/', { username: victim.username, password: 'guess' }));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(9);
    expect(statuses.filter((status) => status === 429)).toHaveLength(41);
    const right = await post(gateway, '/login/', { username: victim.username, password: victim.password });
    expect(await problemOf(right)).toMatchObject({ status: 429, code: 'throttled' });
    expect(Number(right.headers.get('retry-after'))).toBeLessThanOrEqual(2 * 900);
  });

  it('is a 429 after ten tries at an unknown account, too', async () => {
    clock.stop();
    const answers = await fiftyAtOnce(() => post(gateway, '/login/', { username: 'no.such.account', password: 'guess' }));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
  });

  it('is no longer counted for a known device after a right password', async () => {
    const { username, password } = await signedInUser(gateway);
    const first = await post(gateway, '/login/', { username, password, device: '' });
    const { device } = ((await first.json()) as { data: { device: string } }).data;
    for (let round = 0; round < 3; round += 1) {
      for (let attempt = 0; attempt < 6; attempt += 1) await post(gateway, '/login/', { username, password: 'guess', device });
      expect((await post(gateway, '/login/', { username, password, device })).status).toBe(200);
    }
  });

  it('is not counted if the service failed', async () => {
    const user = await signedInUser(gateway);
    for (let attempt = 0; attempt < 12; attempt += 1) {
      const fault = gateway.gate.fault('login', ({ operation }) => operation === 'TransactWriteItems', 'drop-before', { times: 99 });
      const response = await post(gateway, '/login/', { username: user.username, password: user.password });
      fault.end();
      expect(response.status).toBe(503);
    }
    expect((await post(gateway, '/login/', { username: user.username, password: user.password })).status).toBe(200);
  });

  it.each(['Query', 'GetItem', 'UpdateItem'])('is a 503 while %s fails, even with the right password', async (operation) => {
    const fault = gateway.gate.fault('login', (call) => call.operation === operation, 'drop-before', { times: 99 });
    const response = await post(gateway, '/login/', { username: ada.username, password: ada.password });
    fault.end();
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'unavailable' });
    expect(response.headers.get('retry-after')).toBe('2');
  });
});
