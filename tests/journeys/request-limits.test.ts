import { afterAll, describe, expect, it } from 'vitest';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, bearer, post, read, signedInUser, signIn, signInSliding } from './users.ts';

const { gateway, clock, seeds } = await sharedGateway({ settings: { ACCESS_TOKEN_LIFETIME: '1d' } });
const ada = await signedInUser(gateway);
const keeper = await seeds.registeredUser({ roles: ['staff'] });
const auditor = await seeds.registeredUser({ isSuperuser: true });

const change = async (method: 'PATCH' | 'PUT', body: object) =>
  await gateway.fetch(`/users/${ada.id}/`, {
    method,
    headers: { ...bearer(ada.access), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const wholeProfile = { username: ada.username, name: 'Ada', email: ada.email, mobile: ada.mobile };

/** A request from one and the same address. */
const send = async (path: string, body: Body, from = '192.0.2.7') => await post(gateway, path, body, {}, from);

/** One more request of each limited route, each with a credential that is good. */
const open: Readonly<Record<string, () => Promise<Response>>> = {
  '/token/verify/': async () => await send('/token/verify/', { token: ada.access }),
  '/token/refresh/': async () => await send('/token/refresh/', { refresh: (await signIn(gateway, ada)).refresh }),
  '/token/blacklist/': async () => await send('/token/blacklist/', { refresh: (await signIn(gateway, ada)).refresh }),
  '/token/sliding/refresh/': async () => await send('/token/sliding/refresh/', { token: await signInSliding(gateway, ada) }),
};
const signedIn: Readonly<Record<string, () => Promise<Response>>> = {
  'PATCH /users/{id}/': async () => await change('PATCH', { name: 'Ada' }),
  'PUT /users/{id}/': async () => await change('PUT', wholeProfile),
  'GET /users/': async () => await read(gateway, '/users/', keeper.access),
  'GET /audit/': async () => await read(gateway, '/audit/', auditor.access),
  'GET /users/{id}/audit/': async () => await read(gateway, `/users/${ada.id}/audit/`, ada.access),
  'DELETE /users/{id}/avatar': async () =>
    await gateway.fetch(`/users/${ada.id}/avatar`, { method: 'DELETE', headers: bearer(ada.access) }),
  'GET /users/{id}/export/': async () => await read(gateway, `/users/${ada.id}/export/`, ada.access),
};
const statuses = async (ask: () => Promise<Response>, times: number) => {
  const found: number[] = [];
  for (let turn = 0; turn < times; turn += 1) found.push((await ask()).status);
  return found;
};
const isSuccess = (status: number) => status === 200 || status === 204;
/** Moves the clock to the start of the minute after the next. No try of before counts there, and no window ends within a test. */
const newWindow = () => clock.pass(120 - ((clock.now() / 1000) % 60));
afterAll(clock.run);

describe('the limit of an address', () => {
  it.each(Object.entries({ ...open, ...signedIn }))('holds at %s, says when to try again, and ends after its window', async (_, ask) => {
    newWindow();
    gateway.use({ REQUEST_RATE_ADDRESS: '2/1m', REQUEST_RATE_USER: 'off' });
    expect(await statuses(ask, 2)).toEqual([expect.toSatisfy(isSuccess), expect.toSatisfy(isSuccess)]);
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: 'throttled', detail: expect.stringContaining('Request was throttled.') });
    newWindow();
    expect((await ask()).ok).toBe(true);
  });

  it('lets exactly ten of fifty requests at once through', async () => {
    newWindow();
    gateway.use({ REQUEST_RATE_ADDRESS: '10/1m' });
    const verify = open['/token/verify/'] as () => Promise<Response>;
    const answers = await Promise.all(Array.from({ length: 50 }, verify));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(40);
    expect((await send('/token/verify/', { token: ada.access }, '192.0.2.8')).status).toBe(200);
  });

  it('holds eightfold for the /48 of an IPv6 address, so that a change of the /64 helps no further', async () => {
    newWindow();
    gateway.use({ REQUEST_RATE_ADDRESS: '1/1m', REQUEST_RATE_USER: 'off' });
    const ask = async (network: number) => (await send('/token/verify/', { token: ada.access }, `2001:db8:7:${network}::1`)).status;
    expect(await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(ask))).toEqual(Array(8).fill(200));
    expect(await ask(9)).toBe(429);
  });

  it('is not used up by a token with a wrong signature, for which no table is read', async () => {
    newWindow();
    gateway.use({ REQUEST_RATE_ADDRESS: '2/1m' });
    const forged = async () => await send('/token/verify/', { token: `${ada.access.slice(0, -8)}AAAAAAAA` });
    expect(await statuses(forged, 5)).toEqual([401, 401, 401, 401, 401]);
    expect((await send('/token/verify/', { token: ada.access })).status).toBe(200);
  });

  it('can be switched off', async () => {
    newWindow();
    gateway.use({ REQUEST_RATE_ADDRESS: 'off', REQUEST_RATE_USER: 'off' });
    expect(await statuses(open['/token/verify/'] as () => Promise<Response>, 5)).toEqual([200, 200, 200, 200, 200]);
  });
});

describe('the limit of a user', () => {
  it.each(Object.entries(signedIn))('holds at %s, and another user has a limit of their own', async (_, ask) => {
    newWindow();
    gateway.use({ REQUEST_RATE_ADDRESS: 'off', REQUEST_RATE_USER: '2/1m' });
    const [first, second, third] = await statuses(ask, 3);
    expect([first, second]).toEqual([expect.toSatisfy(isSuccess), expect.toSatisfy(isSuccess)]);
    expect(third).toBe(429);
    const other = await signedInUser(gateway);
    expect((await read(gateway, `/users/${other.id}/export/`, other.access)).status).toBe(200);
  });

  it('refuses a change before it is written', async () => {
    newWindow();
    gateway.use({ REQUEST_RATE_USER: '1/1m' });
    await change('PATCH', { name: 'First' });
    expect((await change('PATCH', { name: 'Second' })).status).toBe(429);
    gateway.use();
    expect(await (await read(gateway, `/users/${ada.id}/`, ada.access)).json()).toMatchObject({ name: 'First' });
  });
});

describe('a refresh that the limit refuses', () => {
  it('loses no session: the same token refreshes afterwards, however often it was refused', async () => {
    const { refresh } = await signIn(gateway, ada);
    newWindow();
    gateway.use({ REQUEST_RATE_ADDRESS: '1/1m' });
    await open['/token/refresh/']?.();
    const ask = async () => await send('/token/refresh/', { refresh });
    expect(await statuses(ask, 4)).toEqual([429, 429, 429, 429]);
    newWindow();
    const pair = (await (await ask()).json()) as { access: string; refresh: string };
    expect((await read(gateway, `/users/${ada.id}/`, pair.access)).status).toBe(200);
    newWindow();
    expect((await send('/token/refresh/', { refresh: pair.refresh })).status).toBe(200);
  });

  it.each(['crash-before', 'crash-after', 'drop-after'] as const)('loses no session if its count fails (%s)', async (kind) => {
    gateway.use();
    const { refresh } = await signIn(gateway, ada);
    const isCount = (call: object) => /"UpdateItem".*throttle#/.test(JSON.stringify(call));
    const fault = gateway.gate.fault('tokenRefresh', isCount, kind);
    await send('/token/refresh/', { refresh });
    expect(fault.struck).toBe(1);
    expect((await send('/token/refresh/', { refresh })).status).toBe(200);
  });

  it('loses no sliding session either', async () => {
    const token = await signInSliding(gateway, ada);
    newWindow();
    gateway.use({ REQUEST_RATE_ADDRESS: '1/1m' });
    await open['/token/sliding/refresh/']?.();
    const ask = async () => await send('/token/sliding/refresh/', { token });
    expect(await statuses(ask, 2)).toEqual([429, 429]);
    newWindow();
    expect((await ask()).status).toBe(200);
  });
});
