import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { messageItem } from '#lib/messages/message-item.ts';
import { eventItem } from '#lib/outbox/event-item.ts';
import type { Use } from '#local/gateway/grant-ledger.ts';
import type { ActionOn } from '#local/gateway/iam-policy.ts';
import { rowContext } from '#local/gateway/row-context.ts';
import { bucketOf } from './bucket.ts';
import { codesOf, wrongCode } from './mail.ts';
import { cheapHashes, ownGateway } from './shared-gateway.ts';
import { solved } from './solving.ts';
import { type Body, bearer, claimsOf, newUser, post, read, type SignedInUser, signedInUser, signIn, signInSliding } from './users.ts';

const photograph = readFileSync(fileURLToPath(new URL('../fixtures/photograph.jpg', import.meta.url)));

const directory = await mkdtemp(join(tmpdir(), 'gatehouse-'));
afterAll(() => rm(directory, { recursive: true, force: true }));
const settings = {
  UPDATE_LAST_LOGIN: 'true',
  AUTH_HEADER_TYPES: 'Bearer,Token',
  PASSWORD_RESET_URL: 'https://app.example.com/reset#{token}',
};
const { gateway, tables, keys } = await ownGateway({ settings, environment: cheapHashes, directory });
const bucket = bucketOf(gateway);

/** Calls every function in every way that makes a different AWS call. */
async function useEveryFunction(): Promise<void> {
  const user = await signedInUser(gateway);
  const headers = bearer(user.access);
  const upload = async () => {
    const form = new FormData();
    form.set('avatar', new Blob([photograph]), 'me.jpg');
    const response = await gateway.fetch(`/users/${user.id}/avatar/upload`, { method: 'POST', headers, body: form });
    return ((await response.json()) as { url: string }).url;
  };
  await upload();
  const url = await upload();
  await gateway.fetch(url);
  await gateway.fetch(url, { method: 'HEAD' });
  await gateway.fetch(`/media/image/${'0'.repeat(32)}.webp`);
  await read(gateway, `/users/${user.id}/`, user.access);
  await manageUsers(user);
  for (const [path, name] of [
    ['/login/', 'login'],
    ['/token/', 'tokenObtain'],
    ['/token/sliding/', 'tokenObtainSliding'],
    ['/api-token-auth/', 'apiTokenObtain'],
  ] as const) {
    await post(gateway, path, { username: user.username, password: 'a wrong one' });
    await post(gateway, path, { username: user.username, password: user.password });
    // A known device: its failures are forgotten.
    const answer = (await (await post(gateway, path, { username: user.username, password: user.password, device: '' })).json()) as Body & {
      data?: Body;
    };
    const { device } = answer.data ?? answer;
    for (const password of ['a wrong one', user.password]) await post(gateway, path, { username: user.username, password, device });
    // An index that lags: the row in identifiers is there, and the index has nothing.
    await tables.set('users', { id: user.id }, 'username_key', 'somewhere.else');
    await post(gateway, path, { username: user.username, password: user.password });
    await tables.set('users', { id: user.id }, 'username_key', user.username);
    // A fault of the service: the counted try is taken back.
    const fault = gateway.gate.fault(name, ({ operation }) => /PutItem|TransactWrite/.test(operation), 'drop-before', { times: 99 });
    await post(gateway, path, { username: user.username, password: user.password });
    fault.end();
  }
  await signInElsewhere(user);
  await passHumanChecks(user);
  await post(gateway, '/token/verify/', { token: user.access });
  await post(gateway, '/token/verify/', { token: user.refresh });
  const { refresh } = (await (await post(gateway, '/token/refresh/', { refresh: user.refresh })).json()) as { refresh: string };
  await post(gateway, '/token/refresh/', { refresh });
  await post(gateway, '/token/refresh/', { refresh: user.refresh });
  const sliding = await signInSliding(gateway, user);
  await post(gateway, '/token/sliding/refresh/', { token: sliding });
  gateway.use({ ROTATE_REFRESH_TOKENS: 'false' });
  const again = await signIn(gateway, user);
  await post(gateway, '/token/refresh/', { refresh: again.refresh });
  gateway.use();
  const caller = await signIn(gateway, user);
  await gateway.fetch(`/users/${user.id}/avatar`, { method: 'DELETE', headers: bearer(caller.access) });
  await revokeApiTokens(user, caller.access);
  await changePassword(user);
  await recoverByCode();
  await proveFirst();
  await logOutEveryWay(user);
  for (const path of ['/.well-known/jwks.json', '/.well-known/openid-configuration', '/openapi.json', '/health/'])
    await gateway.fetch(path);
  expect(claimsOf(caller.access)['user_id']).toBe(user.id);
  await sweepOrphans();
  await rotateKeys();
  await followDeletion(user);
  await sendMessages(user);
}

/** One message on a stage without a sender, and one malformed row. messages.test.ts covers what the senders need. */
async function sendMessages({ id: userId }: SignedInUser): Promise<void> {
  const at = new Date();
  const about = { channel: 'email', to: 'ann@example.com', template: 'account-exists', purpose: 'notice', language: 'en', userId } as const;
  const message = messageItem({ id: 'a-message', ...about, at, expiresAt: new Date(at.getTime() + 60_000) });
  await tables.put('outbox', message);
  await tables.put('outbox', { ...message, id: 'no-message', to: 'nobody' });
  await gateway.streams.settled();
  expect(gateway.streams.deadLetters('messagesSend')).toHaveLength(1);
}

/** The event of a deleted user who had everything, and a malformed event, on a stage that erases what is on record. */
async function followDeletion(user: SignedInUser): Promise<void> {
  gateway.use({ AUDIT_AFTER_DELETION: 'erase' });
  await signIn(gateway, user);
  await post(gateway, '/api-token-auth/', user);
  const at = new Date();
  const gone = eventItem({ id: 'gone', type: 'user_deleted', userId: user.id, at, picture: `${'0'.repeat(32)}.webp` });
  await tables.put('outbox', gone);
  await tables.put('outbox', { ...gone, id: 'poison', at: 'never' });
  await gateway.streams.settled();
  expect(gateway.streams.deadLetters()).toHaveLength(1);
  gateway.use();
}

/** Signs in through every endpoint from a new device, with new-device notices on. */
async function signInElsewhere({ id, username, email, password }: SignedInUser): Promise<void> {
  const codes = codesOf(gateway);
  await tables.set('users', { id }, 'email_verified', true);
  gateway.use({ EMAIL_SENDER: 'ses', MESSAGE_FROM_EMAIL: 'accounts@example.com', HUMAN_CHECK_CODES: 'off' });
  await post(gateway, '/codes/', { channel: 'email', to: email, purpose: 'login' });
  for (const [path, typed] of [
    ['/login/', { username, password }],
    ['/token/', { username, password }],
    ['/token/sliding/', { username, password }],
    ['/login/code/', { email, code: await codes.digits('login', email) }],
  ] as const) {
    const answer = await post(gateway, path, typed, { 'user-agent': `Browser of ${path}` });
    expect([path, answer.status]).toEqual([path, 200]);
  }
  const templates = (await tables.all('outbox')).map(({ template }) => template);
  expect(templates.filter((template) => template === 'new-device')).toHaveLength(4);
  codes.close();
  gateway.use();
}

/** Asks for a captcha and a challenge, and sends a check with a login. */
async function passHumanChecks({ username, password }: SignedInUser): Promise<void> {
  const id = randomUUID();
  await gateway.fetch(`/captcha/${id}`);
  await gateway.fetch('/challenge/');
  gateway.use({ HUMAN_CHECK_LOGIN: 'always', HUMAN_CHECK_REGISTER: 'always' });
  const answer = await post(gateway, '/token/', { username, password, captcha_id: id, captcha_text: 'AAAAA' });
  expect((await answer.json()) as object).toMatchObject({ code: 'human_check_failed' });
  gateway.use({ LOGIN_RATE_GLOBAL: '1/1d', HUMAN_CHECK_CEILING: '1000' });
  const guess = { email: 'no.one@example.org', code: '123456', captcha_id: randomUUID(), captcha_text: 'AAAAA' };
  const chosen = { password: 'quite another sentence', password_confirmation: 'quite another sentence' };
  for (const [path, body] of [['/login/code/', guess] as const, ['/password/reset/', { ...guess, ...chosen }] as const]) {
    await post(gateway, path, body);
    const asked = { ...body, ...(await solved(gateway)) };
    expect((await (await post(gateway, path, body)).json()) as object).toMatchObject({ code: 'human_check_failed' });
    expect((await (await post(gateway, path, asked)).json()) as object).not.toMatchObject({ code: 'human_check_failed' });
  }
  gateway.use();
}

/** A whole key rotation, with enough time between its steps. */
async function rotateKeys(): Promise<void> {
  for (const days of [0, 91, 1]) {
    await keys.age(days * 86_400);
    await gateway.invoke('keysRotate', {});
  }
  expect(gateway.logs('keysRotate').map(({ json }) => json?.['steps'])).toEqual(['date', 'make,publish', 'promote,retire']);
}

/** Creates, lists, changes, suspends, reinstates, exports and deletes a user, and changes the caller’s own profile. */
async function manageUsers(user: SignedInUser): Promise<void> {
  await tables.set('users', { id: user.id }, 'is_superuser', true);
  const ask = async (method: string, path: string, body?: Record<string, unknown>) => {
    const headers = { authorization: `Bearer ${user.access}`, 'content-type': 'application/json' };
    const answer = await gateway.fetch(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    expect([method, path, answer.status < 300]).toEqual([method, path, true]);
    return answer.status === 204 ? {} : ((await answer.json()) as { id?: string });
  };
  const { username, email } = newUser();
  const { id } = await ask('POST', '/users/', { name: username, email, roles: ['one', 'two'], password: 'a fine long sentence' });
  const there = `/users/${id}/`;
  gateway.use({ EMAIL_SENDER: 'ses', MESSAGE_FROM_EMAIL: 'accounts@example.com' });
  await ask('POST', '/users/', { name: `${username}0`, email: `0${email}` });
  gateway.use();
  const away = await signedInUser(gateway);
  const sessionsOfThem = `/users/${away.id}/sessions/`;
  await ask('GET', sessionsOfThem);
  await ask('DELETE', `${sessionsOfThem}${claimsOf(away.access)['sid']}/`);
  await signIn(gateway, away);
  await ask('DELETE', sessionsOfThem);
  await tables.put('api-tokens', { user_id: away.id, place: '0', id: '0x', hash: 'x', name: 'x', epoch: 0, created_at: 1 });
  await ask('DELETE', `${sessionsOfThem}?api_tokens=true`);
  for (const query of ['', '?limit=1', '?state=active', '?role=one', `?identifier=${username}`]) await ask('GET', `/users/${query}`);
  for (const field of ['username', 'email', 'name']) await ask('GET', `/users/?${field}__startswith=${username.slice(0, 3)}`);
  await ask('GET', '/users/?mobile__startswith=86138');
  await ask('PATCH', there, { name: 'Another' });
  await ask('PATCH', there, { email: newUser().email, roles: ['two', 'three'] });
  await ask('PUT', there, { username, name: 'Again', email });
  await ask('PUT', there, { username: newUser().username, name: 'Again', email, roles: ['two', 'four'] });
  await ask('POST', `${there}suspend/`, {});
  await ask('POST', `${there}reinstate/`);
  await ask('GET', `${there}export/`);
  for (const path of [`${there}audit/`, '/audit/', `/audit/?actor=${user.id}`, `/audit/?user=${user.id}`]) await ask('GET', path);
  await ask('DELETE', there);
  await tables.set('users', { id: user.id }, 'is_superuser', false);
  await ask('PATCH', `/users/${user.id}/`, { email });
  await ask('PUT', `/users/${user.id}/`, user);
  const leaving = await signedInUser(gateway);
  const headers = bearer(leaving.access);
  expect((await gateway.fetch(`/users/${leaving.id}/`, { method: 'DELETE', headers })).status).toBe(204);
}

/** Lists and revokes the API tokens. other-schemes.test.ts covers the authorizer’s calls for them. */
async function revokeApiTokens({ id }: SignedInUser, access: string): Promise<void> {
  const { results } = (await (await read(gateway, `/users/${id}/api-tokens/`, access)).json()) as { results: { id: string }[] };
  const headers = bearer(access);
  for (const token of results) await gateway.fetch(`/users/${id}/api-tokens/${token.id}/`, { method: 'DELETE', headers });
}

/** Changes the password with a second session open, with CHECK_REVOKE_TOKEN on and off, and changes it back. */
async function changePassword(user: SignedInUser): Promise<void> {
  const there = `/users/${user.id}/password/`;
  let { access } = await signIn(gateway, user);
  const change = async (old: string, next: string) => {
    const form = { old_password: old, new_password: next, new_password_confirmation: next };
    const answer = await post(gateway, there, form, bearer(access));
    if (answer.status === 200) ({ access } = (await answer.json()) as { access: string });
    return answer.status;
  };
  const other = 'quite another sentence';
  expect([await change('a wrong one', other), await change(user.password, other)]).toEqual([400, 200]);
  gateway.use({ CHECK_REVOKE_TOKEN: 'false' });
  expect(await change(other, user.password)).toBe(200);
  gateway.use();
}

/** Uses codes and links for every purpose, with users of its own. */
async function recoverByCode(): Promise<void> {
  const codes = codesOf(gateway);
  const early = await signedInUser(gateway); // its address is not verified, and its session is to be ended
  gateway.use({ REGISTER_VERIFIED: 'email', CODE_RESEND_AFTER: '0s', HUMAN_CHECK_CODES: 'off', CHECK_REVOKE_TOKEN: 'false' });
  const user = newUser();
  const send = (to: string, purpose: string) => post(gateway, '/codes/', { channel: 'email', to, purpose });
  await send(early.email, 'login');
  const proving = { email: early.email, code: await codes.digits('login', early.email) };
  expect((await post(gateway, '/login/code/', proving)).status).toBe(200);
  await send(early.email, 'reset');
  const chosen = { password: 'quite another sentence', password_confirmation: 'quite another sentence' };
  const choosing = { email: early.email, code: await codes.digits('reset', early.email), ...chosen };
  expect((await post(gateway, '/password/reset/', choosing)).status).toBe(204);
  await send(user.email, 'register');
  const code = await codes.digits('register', user.email);
  const form = { ...user, password_confirmation: user.password, code };
  await post(gateway, '/register/', { ...form, code: wrongCode(code) });
  const { id } = (await (await post(gateway, '/register/', form)).json()) as { id: string };
  await send(user.email, 'login');
  await post(gateway, '/login/code/', { email: user.email, code: 'x' });
  const entered = await post(gateway, '/login/code/', { email: user.email, code: await codes.digits('login', user.email) });
  const { data } = (await entered.json()) as { data: { access_token: string } };
  const headers = bearer(data.access_token);
  await post(gateway, `/users/${id}/verify/`, { channel: 'sms' }, headers);
  const forMobile = await codes.digits('verify', user.mobile, id);
  await post(gateway, `/users/${id}/verify/`, { channel: 'sms', code: wrongCode(forMobile) }, headers);
  await post(gateway, `/users/${id}/verify/`, { channel: 'sms', code: forMobile }, headers);
  const other = newUser();
  for (const kind of ['email', 'mobile'] as const) {
    const wish = { [kind]: other[kind], password: user.password };
    await post(gateway, `/users/${id}/${kind}/`, wish, headers);
    for (const typed of ['000000', await codes.digits('change', other[kind], id)])
      await post(gateway, `/users/${id}/${kind}/`, { ...wish, code: typed }, headers);
  }
  expect((await post(gateway, '/users/undo/', { token: await codes.undo(id) })).status).toBe(204);
  await send(user.email, 'reset');
  await post(gateway, '/password/forgot/', { username: user.username });
  const guess = wrongCode(await codes.digits('reset', user.email));
  await post(gateway, '/password/reset/', { ...chosen, email: user.email, code: guess });
  expect((await post(gateway, '/password/reset/', { ...chosen, token: await codes.link(user.email) })).status).toBe(204);
  codes.close();
  gateway.use();
}

/** The first proof of accounts that have other sessions, API tokens and addresses, and an address proved that somebody else only claims. */
async function proveFirst(): Promise<void> {
  const codes = codesOf(gateway);
  gateway.use({ CODE_RESEND_AFTER: '0s', HUMAN_CHECK_CODES: 'off', CODE_RATE_ADDRESS: '1000/1h', CODE_RATE_PREFIX: 'off' });
  const statuses: number[] = [];
  const ask = async (path: string, body: Record<string, unknown>, headers = {}) => {
    const answer = await post(gateway, path, body, headers);
    statuses.push(answer.status);
  };
  for (const kind of ['verify', 'email', 'mobile'] as const) {
    const person = await signedInUser(gateway);
    await signIn(gateway, person);
    await post(gateway, '/api-token-auth/', person);
    const headers = { authorization: `Bearer ${person.access}` };
    const other = newUser();
    const wish = kind === 'verify' ? { channel: 'email' } : { [kind]: other[kind], password: person.password };
    const code = () =>
      kind === 'verify' ? codes.digits('verify', person.email, person.id) : codes.digits('change', other[kind], person.id);
    await ask(`/users/${person.id}/${kind}/`, wish, headers);
    await ask(`/users/${person.id}/${kind}/`, { ...wish, code: await code() }, headers);
  }
  const [loser, winner, taken] = [await signedInUser(gateway), newUser(), await signedInUser(gateway)];
  await ask('/codes/', { channel: 'email', to: loser.email, purpose: 'register' });
  const code = await codes.digits('register', loser.email);
  await ask('/register/', { ...winner, email: loser.email, password_confirmation: winner.password, code });
  await ask('/codes/', { channel: 'sms', to: taken.mobile, purpose: 'reset' });
  const chosen = { password: 'quite another sentence', password_confirmation: 'quite another sentence' };
  await ask('/password/reset/', { mobile: taken.mobile, code: await codes.digits('reset', taken.mobile), ...chosen });
  expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 202, 201, 202, 204]);
  codes.close();
  gateway.use();
}

/** Ends sessions in every way there is. */
async function logOutEveryWay(user: SignedInUser): Promise<void> {
  const [one, other, last] = [await signIn(gateway, user), await signIn(gateway, user), await signIn(gateway, user)];
  await read(gateway, '/userInfo/', one.access);
  await read(gateway, `/users/${user.id}/sessions/`, one.access);
  const headers = bearer(one.access);
  await gateway.fetch(`/users/${user.id}/sessions/${claimsOf(other.access)['sid']}/`, { method: 'DELETE', headers });
  await post(gateway, '/token/blacklist/', { refresh: last.refresh });
  await post(gateway, '/logout/', { scope: 'others', refresh: one.refresh }, headers);
  await post(gateway, '/logout/', {}, headers);
  const { access } = await signIn(gateway, user);
  await post(gateway, '/logout/', { scope: 'global' }, bearer(access));
}

/** Puts one object that no row names into each of the sweeper’s 16 shares, and makes it two days old. */
async function sweepOrphans(): Promise<void> {
  for (const digit of '0123456789abcdef') await bucket.put(`avatars/${digit.repeat(32)}.webp`, 'nobody');
  const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000);
  for (const file of await readdir(directory, { recursive: true })) {
    if (file.includes('.webp')) await utimes(join(directory, file), twoDaysAgo, twoDaysAgo);
  }
  await gateway.invoke('avatarSweep', {});
  expect(gateway.logs('avatarSweep').map(({ json }) => json)).toContainEqual(
    expect.objectContaining({ event: 'avatars_swept', removed: 1 }),
  );
}

const name = ({ functionName, action }: Use) => `${functionName} ${action}`;

describe('the role of each function', () => {
  it('allows every call that the function makes and no other', async () => {
    await useEveryFunction();
    // Without s3:ListBucket, S3 answers 403 for a missing object. The function lacks it on purpose and answers 404.
    expect(gateway.gate.denied().map(name)).toEqual(['mediaImage s3:ListBucket']);
    expect(gateway.gate.unusedGrants().map(name)).toEqual([]);
  });
});

describe('a function that an attacker has taken over', () => {
  const { place, ofType } = gateway.template;
  const names = ofType<{ TableName: string }>('AWS::DynamoDB::Table').map(({ properties }) => properties.TableName);
  const table = (ending: string) =>
    `arn:aws:dynamodb:${place.region}:${place.accountId}:table/${names.find((each) => each.endsWith(`-${ending}`))}`;
  const media = ofType<{ BucketName?: string }>('AWS::S3::Bucket').map(
    ({ id, properties }) => properties.BucketName ?? id.toLowerCase(),
  )[0];
  const functionArn = (name: string) => `arn:aws:lambda:${place.region}:${place.accountId}:function:gatehouse-dev-${name}`;
  const maySet = (functionName: string, column: string) => {
    const request = { Key: { id: { S: 'somebody' } }, UpdateExpression: `SET ${column} = :v` };
    const context = rowContext('UpdateItem', request, 'id');
    return gateway.gate.allows(functionName, [{ action: 'dynamodb:UpdateItem', resource: table('users'), context }]);
  };
  const mayCount = (functionName: string, key: string, action = 'UpdateItem') => {
    const context = rowContext(action, { Key: { key: { S: key } }, UpdateExpression: 'ADD tries :one' }, 'key');
    return gateway.gate.allows(functionName, [{ action: `dynamodb:${action}`, resource: table('short-lived'), context }]);
  };

  it('that decodes pictures may read no secret, touch no row and no object, and call no function', () => {
    const secret = `arn:aws:ssm:${place.region}:${place.accountId}:parameter/gatehouse/dev/lookup-secret`;
    const wanted: readonly ActionOn[] = [
      { action: 'ssm:GetParameter', resource: secret },
      { action: 's3:PutObject', resource: `arn:aws:s3:::${media}/avatars/a.webp` },
      { action: 'dynamodb:UpdateItem', resource: table('users') },
      { action: 'dynamodb:UpdateItem', resource: table('short-lived') },
      { action: 'lambda:InvokeFunction', resource: functionArn('avatarDecode') },
    ];
    const allowed = (name: string) => wanted.filter((permission) => gateway.gate.allows(name, [permission])).map(({ action }) => action);
    expect(allowed('avatarDecode')).toEqual([]);
    expect(allowed('avatarUpload')).toContain('lambda:InvokeFunction');
  });

  it('that takes uploads may call the decoder and no other function', () => {
    const called = ofType<{ FunctionName: string }>('AWS::Lambda::Function')
      .map(({ properties }) => properties.FunctionName.split('-').at(-1) ?? '')
      .filter((name) => gateway.gate.allows('avatarUpload', [{ action: 'lambda:InvokeFunction', resource: functionArn(name) }]));
    expect(called).toEqual(['avatarDecode']);
  });

  it('that takes uploads may set a picture, and no password, role or right', () => {
    expect(maySet('avatarUpload', 'avatar')).toBe(true);
    for (const column of ['is_superuser', 'password', 'roles', 'email', 'token_epoch', 'is_active'])
      expect([column, maySet('avatarUpload', column)]).toEqual([column, false]);
  });

  it('that takes uploads may count pictures, and spend no code and clear no limit of logins', () => {
    expect(mayCount('avatarUpload', 'throttle#avatar-user#a#1')).toBe(true);
    for (const key of ['throttle#login-account#a#1', 'code#reset#a', 'captcha#a', 'challenge#a'])
      expect([key, mayCount('avatarUpload', key)]).toEqual([key, false]);
    expect(mayCount('avatarUpload', 'throttle#avatar-user#a#1', 'DeleteItem')).toBe(false);
  });

  it.each([
    'login',
    'tokenObtain',
    'tokenObtainSliding',
    'apiTokenObtain',
    'codeLogin',
    'logout',
    'passwordChange',
    'passwordReset',
    'changeUndo',
  ])('%s makes no superuser, gives no role and reinstates no user', (functionName) => {
    for (const column of ['is_superuser', 'roles', 'is_active', 'suspended_until'])
      expect([column, maySet(functionName, column)]).toEqual([column, false]);
  });

  it.each(['userUpdate', 'userReplace', 'userSuspend', 'userReinstate', 'emailChange', 'mobileChange', 'addressVerify', 'register'])(
    '%s gives no existing user another password',
    (functionName) => {
      expect(maySet(functionName, 'password')).toBe(false);
    },
  );
});
