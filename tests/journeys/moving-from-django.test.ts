import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { calculateJwkThumbprint, exportJWK, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '#local/emulators/listen.ts';
import { hasSimplejwt, startSimplejwt } from '../support/simplejwt.ts';
import { djangoToken, type ImportedUser, importedUser } from './imported-users.ts';
import type { TokenPair } from './seeds.ts';
import { cheapHashes, ownGateway } from './shared-gateway.ts';
import { testClock } from './test-clock.ts';
import { bearer, claimsOf, fiftyAtOnce, post, problemOf, read, signedInUser, signIn } from './users.ts';

/** A secret as `startproject` makes one; the Django project and this service share it. */
const secret = 'dj4ng0-k#v2=&m(8t!z^q$w7x@e5r+c1y_u3i*o9p-a6s)d(fg';
const settings = { ALGORITHM: 'HS256', DJANGO_ALGORITHM: 'HS256', KEY_CACHE: '1s', KEY_PROPAGATION: '1h' };

const clock = testClock();
const { gateway, tables, keys } = await ownGateway({
  settings,
  keys: { SIGNING_KEY: secret, DJANGO_SIGNING_KEY: secret },
  instances: 6,
  clock: clock.now,
  environment: cheapHashes,
});
const ada = await importedUser(gateway, tables);
afterEach(() => {
  clock.run();
  expect(gateway.gate.denied()).toEqual([]);
});

const djangoAccessToken = (given: object = {}, user = ada) => djangoToken(secret, user, { ...given });
const djangoRefreshToken = (user = ada) => djangoAccessToken({ token_type: 'refresh', exp: Math.floor(Date.now() / 1000) + 86_400 }, user);
const refresh = (token: string) => post(gateway, '/token/refresh/', { refresh: token }, {}, '192.0.2.10');
const exchanged = async (token: string) => (await (await refresh(token)).json()) as TokenPair;
const verify = async (token: string) => (await post(gateway, '/token/verify/', { token })).status;
const userInfo = async (token: string) => await read(gateway, '/userInfo/', token);
const sessionsOf = async ({ id }: ImportedUser) => (await tables.all('sessions')).filter((row) => row['user_id'] === id);
const headerOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
const blacklisted = { status: 401, code: 'token_not_valid', detail: 'Token is blacklisted' };
const invalid = { status: 401, code: 'token_not_valid', detail: 'Token is invalid' };

describe.skipIf(!hasSimplejwt)('beside the real simplejwt with the same secret', () => {
  let simplejwt: Awaited<ReturnType<typeof startSimplejwt>>;
  beforeAll(async () => {
    simplejwt = await startSimplejwt({ ALGORITHM: 'HS256', SIGNING_KEY: secret });
    await simplejwt.addUser({ id: Number(ada.id), username: 'ada', password: 'pw' });
  });
  afterAll(() => simplejwt?.stop());

  it('Gatehouse accepts and refreshes simplejwt’s tokens, and simplejwt accepts Gatehouse’s', async () => {
    const theirs = (await simplejwt.post('/token/', { username: 'ada', password: 'pw' })).body as TokenPair;
    expect((await userInfo(theirs.access)).status).toBe(200);
    expect([await verify(theirs.access), await verify(theirs.refresh)]).toEqual([200, 200]);
    const ours = await exchanged(theirs.refresh);
    expect((await userInfo(ours.access)).status).toBe(200);
    expect(headerOf(ours.access)).toMatchObject({ alg: 'HS256', typ: 'at+jwt', kid: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(await simplejwt.userInfo(ours.access)).toMatchObject({ status: 200, body: { user_id: Number(ada.id) } });
    expect((await simplejwt.post('/token/verify/', { token: ours.refresh })).status).toBe(200);
    const forged = (await simplejwt.post('/token/', { username: 'ada', password: 'pw' })).body as TokenPair;
    expect((await simplejwt.userInfo(`${forged.access.slice(0, -4)}AAAA`)).status).toBe(401);
  });
});

describe('a refresh token of Django', () => {
  it('opens one session, also if fifty requests send it at once', async () => {
    const bob = await importedUser(gateway, tables);
    const token = djangoRefreshToken(bob);
    const answers = await fiftyAtOnce(async () => await refresh(token));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const pairs = (await Promise.all(answers.map((answer) => answer.json()))) as TokenPair[];
    expect(await sessionsOf(bob)).toMatchObject([{ generation: 0, epoch: 0 }]);
    expect(new Set(pairs.map((pair) => claimsOf(pair.refresh)['jti'])).size).toBe(1);
    expect((await refresh(pairs[7]?.refresh ?? '')).status).toBe(200);
  });

  it('forks its session if it is sent again after the grace window, and the discarded token ends the session', async () => {
    const token = djangoRefreshToken();
    const first = await exchanged(token);
    const { sid, user_id } = claimsOf(first.access);
    await tables.set('sessions', { user_id, sid }, 'rotated_at', Date.now() - 60_000);
    expect(await verify(token)).toBe(200);
    const late = await exchanged(token);
    expect(claimsOf(late.refresh)).toMatchObject({ sid, generation: 1 });
    for (const each of [first.refresh, late.refresh, token]) expect(await problemOf(await refresh(each))).toEqual(blacklisted);
    expect(await problemOf(await userInfo(late.access))).toEqual(blacklisted);
    expect(await verify(token)).toBe(401);
  });

  it('can be sent again if the answer was lost', async () => {
    const token = djangoRefreshToken();
    const lost = gateway.gate.fault('tokenRefresh', ({ operation }) => operation === 'TransactWriteItems', 'crash-after');
    expect((await refresh(token)).status).toBeGreaterThanOrEqual(500);
    expect(lost.struck).toBe(1);
    const before = gateway.gate.fault('tokenRefresh', ({ operation }) => operation === 'TransactWriteItems', 'crash-before');
    const other = djangoRefreshToken();
    expect((await refresh(other)).status).toBeGreaterThanOrEqual(500);
    expect(before.struck).toBe(1);
    for (const each of [token, other]) expect((await refresh(each)).status).toBe(200);
  });

  it('that is blacklisted opens no session, and cannot be blacklisted again', async () => {
    const token = djangoRefreshToken();
    const blacklist = async () => await post(gateway, '/token/blacklist/', { refresh: token });
    const first = await blacklist();
    expect([first.status, await first.json()]).toEqual([200, {}]);
    expect([await problemOf(await blacklist()), await problemOf(await refresh(token)), await verify(token)]).toEqual([
      blacklisted,
      blacklisted,
      401,
    ]);
  });

  it('stays valid with ROTATE_REFRESH_TOKENS off until it is blacklisted', async () => {
    gateway.restart({ ROTATE_REFRESH_TOKENS: 'false' });
    const token = djangoRefreshToken();
    const answers = [await exchanged(token), await exchanged(token)];
    expect(answers.map((each) => Object.keys(each))).toEqual([['access'], ['access']]);
    expect(claimsOf(answers[0]?.access ?? '')['sid']).toBe(claimsOf(answers[1]?.access ?? '')['sid']);
    expect(await verify(token)).toBe(200);
    expect((await post(gateway, '/token/blacklist/', { refresh: token })).status).toBe(200);
    expect(await problemOf(await refresh(token))).toEqual(blacklisted);
    expect(await problemOf(await userInfo(answers[0]?.access ?? ''))).toEqual(blacklisted);
    gateway.restart();
  });

  it('opens no session for an inactive or unknown user, or after a logout everywhere', async () => {
    const bob = await importedUser(gateway, tables);
    const token = djangoRefreshToken(bob);
    await tables.set('users', { id: bob.id }, 'is_active', false);
    expect((await problemOf(await refresh(token))).code).toBe('no_active_account');
    expect((await problemOf(await refresh(djangoRefreshToken({ ...bob, id: '0' })))).code).toBe('no_active_account');
    await tables.set('users', { id: bob.id }, 'is_active', true);
    await tables.set('users', { id: bob.id }, 'token_epoch', 1);
    expect(await problemOf(await refresh(token))).toEqual(blacklisted);
    expect(await sessionsOf(bob)).toEqual([]);
  });
});

describe('a caller with an access token of Django', () => {
  it('can log out with the refresh token in the body, whether it was exchanged or not', async () => {
    for (const isTraded of [false, true]) {
      const token = djangoRefreshToken();
      const ours = isTraded ? await exchanged(token) : undefined;
      expect((await post(gateway, '/logout/', { refresh: token }, bearer(djangoAccessToken()))).status).toBe(200);
      expect(await problemOf(await refresh(token))).toEqual(blacklisted);
      if (ours) expect(await problemOf(await userInfo(ours.access))).toEqual(blacklisted);
    }
    const other = await importedUser(gateway, tables);
    expect((await post(gateway, '/logout/', { refresh: djangoRefreshToken(other) }, bearer(djangoAccessToken()))).status).toBe(401);
    expect((await post(gateway, '/logout/', {}, bearer(djangoAccessToken()))).status).toBe(403);
  });

  it('is refused at once after a logout everywhere and if the token is on the blacklist', async () => {
    const bob = await importedUser(gateway, tables);
    const [access, other] = [djangoAccessToken({}, bob), djangoAccessToken({ jti: 'f'.repeat(32) }, bob)];
    await tables.put('token-blacklist', { id: 'f'.repeat(32), expires_at: Math.floor(Date.now() / 1000) + 600 });
    expect([(await userInfo(access)).status, await problemOf(await userInfo(other))]).toEqual([200, blacklisted]);
    expect((await post(gateway, '/logout/', { scope: 'global' }, bearer(access))).status).toBe(200);
    expect(await problemOf(await userInfo(access))).toEqual(blacklisted);
  });

  it('is accepted with REVOCATION_CHECK=lazy too', async () => {
    gateway.restart({ REVOCATION_CHECK: 'lazy' });
    expect((await userInfo(djangoAccessToken())).status).toBe(200);
    gateway.restart();
  });

  it('is refused on a stage without DJANGO_ALGORITHM', async () => {
    gateway.restart({ DJANGO_ALGORITHM: '' });
    expect(await problemOf(await userInfo(djangoAccessToken()))).toEqual(invalid);
    expect(await problemOf(await refresh(djangoRefreshToken()))).toEqual(invalid);
    gateway.restart();
  });
});

describe('a stage that signs with a secret', () => {
  it('publishes it nowhere, and refuses tokens that are signed with public values', async () => {
    expect(await (await gateway.fetch('/.well-known/jwks.json')).json()).toEqual({ keys: [] });
    const { access } = await signIn(gateway, ada);
    const shown = [JSON.stringify(gateway.template.resources), JSON.stringify(gateway.logs('tokenObtain'))].join();
    for (const text of [secret, Buffer.from(secret).toString('base64url')]) expect(shown).not.toContain(text);
    const [header = '', payload = ''] = access.split('.');
    const { kid } = headerOf(access);
    for (const guess of ['', kid, '{"keys":[]}']) {
      const forged = djangoToken(guess, ada).split('.').at(-1);
      expect(await problemOf(await userInfo(`${header}.${payload}.${forged}`))).toEqual(invalid);
    }
  });

  it('can go back to a key pair, and the tokens of both stay valid', async () => {
    gateway.restart({ ALGORITHM: 'ES256', HONOUR_HS_TOKENS: 'true' });
    const before = await signIn(gateway, ada);
    const steps = async (seconds: number) => {
      await keys.age(seconds);
      await gateway.invoke('keysRotate', {});
      return gateway.logs('keysRotate').at(-1)?.json?.['steps'];
    };
    expect([await steps(0), await steps(91 * 86_400), await steps(3600)]).toEqual(['date', 'make,publish', 'promote,retire']);
    clock.pass(2);
    const after = await signIn(gateway, ada);
    expect([headerOf(before.access).alg, headerOf(after.access).alg]).toEqual(['HS256', 'ES256']);
    for (const pair of [before, after]) {
      expect([(await userInfo(pair.access)).status, (await refresh(pair.refresh)).status]).toEqual([200, 200]);
    }
    // The kid of one key with the algorithm of the other.
    const [, payload] = after.access.split('.');
    for (const [alg, kid] of [
      ['HS256', headerOf(after.access).kid],
      ['ES256', headerOf(before.access).kid],
    ]) {
      const header = Buffer.from(JSON.stringify({ alg, kid, typ: 'at+jwt' })).toString('base64url');
      expect(await problemOf(await userInfo(`${header}.${payload}.${after.access.split('.')[2]}`))).toEqual(invalid);
    }
    expect([await steps(40 * 86_400), await verify(after.access)]).toEqual(['remove', 200]);
    clock.pass(2);
    expect(await problemOf(await userInfo(before.access))).toEqual(invalid);
  });

  it.skipIf(!hasSimplejwt)('publishes its new keys, with which the real simplejwt verifies its tokens', async () => {
    const reader = await startSimplejwt({ ALGORITHM: 'ES256', JWK_URL: `${gateway.url}/.well-known/jwks.json` });
    await reader.addUser({ id: Number(ada.id), username: 'ada', password: 'pw' });
    const { access, refresh: text } = await signIn(gateway, ada);
    expect(await reader.userInfo(access)).toMatchObject({ status: 200, body: { user_id: Number(ada.id), claims: claimsOf(access) } });
    expect((await reader.post('/token/verify/', { token: text })).status).toBe(200);
    expect((await reader.userInfo(text)).status).toBe(401);
    expect((await reader.userInfo(`${access.slice(0, -6)}AAAAAA`)).status).toBe(401);
    expect((await reader.userInfo(djangoAccessToken())).status).toBe(401);
    await reader.stop();
  });

  it('lets each function read only the secrets that it needs', async () => {
    const { token } = (await (await post(gateway, '/token/sliding/', await signedInUser(gateway))).json()) as { token: string };
    expect((await post(gateway, '/token/sliding/refresh/', { token })).status).toBe(200);
    const unused = gateway.gate.unusedGrants().filter(({ resource }) => /verification-secrets|django-signing-key/.test(resource));
    expect(unused).toEqual([]);
    const readers = new Set(gateway.gate.used().flatMap(({ functionName, resource }) => (/secrets$/.test(resource) ? [functionName] : [])));
    expect([...readers].toSorted()).toEqual([
      'authorizer',
      'keysRotate',
      'logout',
      'tokenBlacklist',
      'tokenRefresh',
      'tokenRefreshSliding',
      'tokenVerify',
    ]);
  });
});

describe('a token of another issuer', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const make = async (kid: string | undefined, given: object = {}) => {
    const iat = Math.floor(Date.now() / 1000);
    const claims = { token_type: 'access', exp: iat + 300, iat, jti: 'x'.repeat(32), user_id: ada.id, ...given };
    return await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(kid && { kid }) }).sign(privateKey);
  };

  it('with the key VERIFYING_KEY acts as the user it names, and cannot be refreshed here', async () => {
    gateway.restart({ VERIFYING_KEY: publicKey.export({ type: 'spki', format: 'pem' }) as string });
    expect(await (await read(gateway, `/users/${ada.id}/`, await make(undefined))).json()).toMatchObject({ username: ada.username });
    expect((await userInfo(await make(await calculateJwkThumbprint(await exportJWK(publicKey))))).status).toBe(200);
    expect((await problemOf(await refresh(await make(undefined, { token_type: 'refresh' })))).detail).toBe('Token has wrong type');
    expect((await problemOf(await userInfo(await make(undefined, { user_id: 'nobody' })))).code).toBe('user_not_found');
    gateway.restart();
    expect(await problemOf(await userInfo(await make(undefined)))).toEqual(invalid);
  });

  it('with its keys at JWK_URL is accepted; while they cannot be fetched, the answer is 503', async () => {
    let asked = 0;
    const set = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'theirs', alg: 'RS256', use: 'sig' }] });
    const server = createServer((_, response) => {
      asked += 1;
      response.setHeader('content-type', 'application/json').end(set);
    });
    const { endpoint, stop } = await listen(server, 0);
    // The stage is local, because a deployed stage demands https.
    const laptop = { STAGE: 'local', JWK_URL: `${endpoint}/jwks.json`, KEY_CACHE: '5m', KEY_PROPAGATION: '1h' };
    gateway.restart(laptop);
    expect((await userInfo(await make('theirs'))).status).toBe(200);
    expect(await problemOf(await userInfo(await make('unknown')))).toEqual(invalid);
    expect(await problemOf(await userInfo(await make('unknown too')))).toEqual(invalid);
    expect([(await userInfo(await make('theirs'))).status, asked]).toEqual([200, 1]);
    await stop();
    gateway.restart(laptop);
    expect((await userInfo(await make('theirs'))).status).toBe(503);
    expect((await userInfo((await signIn(gateway, ada)).access)).status).toBe(200);
    gateway.restart();
  });
});
