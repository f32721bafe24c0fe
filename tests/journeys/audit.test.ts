import { describe, expect, it } from 'vitest';
import { unlimitedCodes } from './mail.ts';
import { sharedGateway } from './shared-gateway.ts';
import { bearer, fiftyAtOnce, newUser, post, problemOf, read, register, signedInUser, signIn } from './users.ts';

type Entry = Readonly<Record<string, unknown>> & { readonly type: string };
type Page = { readonly results: readonly Entry[]; readonly next: string | null };

const settings = {
  ...unlimitedCodes,
  CHANGE_UNDO_URL: 'http://localhost:3000/undo#{token}',
  PASSWORD_RESET_URL: 'http://localhost:3000/reset#{token}',
  REFRESH_GRACE: '0s',
};
const { gateway, clock, mail, tables, seeds } = await sharedGateway({ stage: 'local', settings });

async function page(path: string, access: string): Promise<Page> {
  await gateway.streams.settled();
  const answer = await read(gateway, path, access);
  if (answer.status !== 200) throw new Error(`not read: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Page;
}
const auditOf = async (id: string, access: string, query = '?limit=100') => (await page(`/users/${id}/audit/${query}`, access)).results;
const typesOf = (entries: readonly Entry[]) => entries.map(({ type }) => type);
const patch = (path: string, access: string, body: object) =>
  gateway.fetch(path, {
    method: 'PATCH',
    headers: { ...bearer(access), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const statusOf = async (sent: Promise<Response>) => (await sent).status;

describe('an attempt to take an account over', () => {
  it('is told in order by the audit trail, without a value, name, address, token or secret', async () => {
    clock.stop();
    try {
      const next = async <T>(doing: () => Promise<T>): Promise<T> => {
        clock.pass(1);
        return await doing();
      };
      const staff = await seeds.registeredUser({ roles: ['staff'] });
      const root = await seeds.registeredUser({ isSuperuser: true });
      const ada = newUser();
      const [home, elsewhere, moved] = ['198.51.100.7', '203.0.113.9', newUser().email];
      const { id } = (await (await register(gateway, ada)).json()) as { id: string };
      await tables.set('users', { id }, 'email_verified', true);
      const typed = { username: ada.username, password: ada.password };
      const from = (device: string) => ({ 'user-agent': device });
      await next(() => post(gateway, '/login/', typed, from('her browser'), home));
      clock.pass(1);
      for (let count = 0; count < 11; count += 1)
        await post(gateway, '/login/', { ...typed, password: 'a wrong one' }, from('a script'), elsewhere);
      clock.pass(30 * 60); // two windows: no try of before counts any more
      const thief = (await (await next(() => post(gateway, '/token/', typed, from('a script'), elsewhere))).json()) as Record<
        string,
        string
      >;
      const { access = '', refresh = '' } = thief;
      const change = (more: object) =>
        post(gateway, `/users/${id}/email/`, { email: moved, password: ada.password, ...more }, bearer(access));
      expect(await (await next(() => change({}))).json()).toEqual({ changed: false, retry_after: 0 });
      const code = await mail.last(moved);
      expect(await statusOf(next(() => change({ code })))).toBe(200);
      const link = await mail.last(ada.email);
      expect(await statusOf(next(() => post(gateway, '/users/undo/', { token: link })))).toBe(204);
      await next(() => post(gateway, '/password/forgot/', { email: ada.email }));
      const token = await mail.last(ada.email);
      const password = 'another fine sentence';
      const keeper = await staff.again();
      expect(await statusOf(next(() => post(gateway, '/password/reset/', { token, password, password_confirmation: password })))).toBe(204);
      expect(await statusOf(next(() => patch(`/users/${id}/`, keeper.access, { name: 'A. Lovelace' })))).toBe(200);
      const own = await next(() => signIn(gateway, { ...ada, password }));
      const renewed = await next(() => post(gateway, '/token/refresh/', { refresh: own.refresh }));
      expect(renewed.status).toBe(200);
      await next(() => post(gateway, '/token/refresh/', { refresh: own.refresh })); // a thief, one step behind
      const { refresh: current = '' } = (await renewed.json()) as Record<string, string>;
      expect(await statusOf(next(() => post(gateway, '/token/refresh/', { refresh: current })))).toBe(401);

      const entries = (await auditOf(id, (await root.again()).access)).toReversed();
      expect(entries.map(({ type, via, actor, fields }) => [type, via, actor, fields])).toEqual([
        ['user_registered', 'register', id, []],
        ['session_opened', 'login', id, []],
        ['login_failed', 'login', null, []],
        ['session_opened', 'tokenObtain', id, []],
        ['email_changed', 'emailChange', id, []],
        ['change_undone', 'changeUndo', null, ['email']],
        ['password_changed', 'passwordReset', null, []],
        ['profile_changed', 'userUpdate', staff.id, ['name']],
        ['session_opened', 'tokenObtain', id, []],
        ['session_forked', 'tokenRefresh', null, []],
        ['session_theft_detected', 'tokenRefresh', null, []],
      ]);
      const [, atHome, failed, stolen, changed] = entries;
      expect(atHome).toMatchObject({ device: 'her browser', user: id });
      expect(failed).toMatchObject({ device: 'a script', address_hash: stolen?.['address_hash'] });
      expect(atHome?.['address_hash']).not.toBe(stolen?.['address_hash']);
      expect(changed).toMatchObject({ session: stolen?.['about'] });

      const stored = JSON.stringify((await tables.all('audit')).filter(({ user_id }) => user_id === id));
      const secrets = [ada.username, ada.name, ada.email, ada.mobile, ada.password, moved, home, elsewhere, code, link, token, password];
      for (const each of [...secrets, 'Lovelace', access, refresh, own.refresh, current]) expect(stored).not.toContain(each);
    } finally {
      clock.run();
    }
  });
});

describe('the audit trail of a user', () => {
  it('shows users what others did to their account, and not from which device and address', async () => {
    const [ada, staff] = [await signedInUser(gateway), await seeds.registeredUser({ roles: ['staff'] })];
    expect(await statusOf(post(gateway, `/users/${ada.id}/suspend/`, {}, bearer(staff.access)))).toBe(200);
    expect(await statusOf(post(gateway, `/users/${ada.id}/reinstate/`, {}, bearer(staff.access)))).toBe(200);
    await auditOf(ada.id, staff.access);
    const { access } = await signIn(gateway, ada);
    const [opened, read_, reinstated] = await auditOf(ada.id, access);
    expect(opened).toMatchObject({ type: 'session_opened', actor: ada.id, address_hash: expect.any(String) });
    expect(read_).toMatchObject({ type: 'audit_read', actor: staff.id, via: 'userAudit' });
    expect(reinstated).toMatchObject({ type: 'user_reinstated', actor: staff.id, session: null, device: null, address_hash: null });
  });

  it.each([
    ['export', 'userExport'],
    ['sessions', 'sessionsList'],
  ])('tells that another user read the %s, and not that the user did', async (path, via) => {
    const [ada, staff] = [await signedInUser(gateway), await seeds.registeredUser({ roles: ['staff'] })];
    expect(await statusOf(read(gateway, `/users/${ada.id}/${path}/`, ada.access))).toBe(200);
    expect(await statusOf(read(gateway, `/users/${ada.id}/${path}/`, staff.access))).toBe(200);
    const reads = (await auditOf(ada.id, ada.access)).filter(({ type }) => type === 'audit_read');
    expect(reads).toMatchObject([{ actor: staff.id, via, session: null, address_hash: null }]);
    const refused = await seeds.registeredUser();
    expect(await statusOf(read(gateway, `/users/${ada.id}/${path}/`, refused.access))).toBe(403);
    expect((await auditOf(ada.id, ada.access)).filter(({ type }) => type === 'audit_read')).toHaveLength(1);
  });

  it('shows staff where its user acted, and of others who acted, and only superusers from where', async () => {
    const [ada, staff, root] = [
      await signedInUser(gateway),
      await seeds.registeredUser({ roles: ['staff'] }),
      await seeds.registeredUser({ isSuperuser: true }),
    ];
    expect(await statusOf(post(gateway, `/users/${ada.id}/suspend/`, {}, bearer(root.access)))).toBe(200);
    const suspended = async (access: string) => (await auditOf(ada.id, access)).find(({ type }) => type === 'user_suspended');
    const hidden = { actor: root.id, session: null, device: null, address_hash: null, request_id: null };
    expect(await suspended(staff.access)).toMatchObject(hidden);
    expect(await suspended(root.access)).toMatchObject({ actor: root.id, session: expect.any(String), address_hash: expect.any(String) });
    const seen = await auditOf(ada.id, staff.access);
    expect(seen.find(({ type }) => type === 'session_opened')).toMatchObject({ actor: ada.id, address_hash: expect.any(String) });
    expect(seen.find(({ actor }) => actor === staff.id)).toMatchObject({ session: expect.any(String), address_hash: expect.any(String) });
  });

  it('is read by its user without an entry, and by others with one for each list', async () => {
    const [ada, staff] = [await signedInUser(gateway), await seeds.registeredUser({ roles: ['staff'] })];
    await signIn(gateway, ada);
    await auditOf(ada.id, ada.access);
    const first = await page(`/users/${ada.id}/audit/?limit=1`, staff.access);
    await page(`/users/${ada.id}/audit/?limit=1&cursor=${first.next}`, staff.access);
    expect(typesOf(await auditOf(ada.id, ada.access)).filter((type) => type === 'audit_read')).toHaveLength(1);
  });

  it('is refused to users who may not look after others, and all of it to staff', async () => {
    const [ada, bob, staff] = [await signedInUser(gateway), await signedInUser(gateway), await seeds.registeredUser({ roles: ['staff'] })];
    expect(await problemOf(await read(gateway, `/users/${ada.id}/audit/`, bob.access))).toMatchObject({
      status: 403,
      code: 'permission_denied',
    });
    expect(await problemOf(await read(gateway, '/audit/', bob.access))).toMatchObject({ status: 403 });
    expect(await problemOf(await read(gateway, '/audit/', staff.access))).toMatchObject({ status: 403 });
    expect(await problemOf(await gateway.fetch('/audit/'))).toMatchObject({ status: 401 });
    expect(await problemOf(await read(gateway, '/users/no-such-user/audit/', staff.access))).toMatchObject({ status: 404 });
  });

  it('is in pages without gaps and doubles, whatever the limit', async () => {
    const ada = await signedInUser(gateway);
    await fiftyAtOnce(() => signIn(gateway, ada));
    const whole = (await auditOf(ada.id, ada.access)).map(({ id }) => id);
    expect(whole).toHaveLength(52);
    for (const limit of [1, 7, 51]) {
      const seen: unknown[] = [];
      let cursor: string | null = '';
      do {
        const { results, next }: Page = await page(`/users/${ada.id}/audit/?limit=${limit}${cursor && `&cursor=${cursor}`}`, ada.access);
        seen.push(...results.map(({ id }) => id));
        cursor = next;
      } while (cursor);
      expect(seen).toEqual(whole);
    }
  });

  it('refuses a cursor of another reader or query, and an unknown type', async () => {
    const [ada, staff] = [await signedInUser(gateway), await seeds.registeredUser({ roles: ['staff'] })];
    await signIn(gateway, ada);
    const { next } = await page(`/users/${ada.id}/audit/?limit=1`, ada.access);
    const invalid = { status: 400, code: 'invalid_cursor' };
    expect(await problemOf(await read(gateway, `/users/${ada.id}/audit/?cursor=${next}`, staff.access))).toMatchObject(invalid);
    const others = `/users/${ada.id}/audit/?type=session_opened&cursor=${next}`;
    expect(await problemOf(await read(gateway, others, ada.access))).toMatchObject(invalid);
    expect(await problemOf(await read(gateway, `/users/${ada.id}/audit/?type=tea`, ada.access))).toMatchObject({ status: 400 });
    expect(await problemOf(await read(gateway, `/users/${ada.id}/audit/?user=${staff.id}`, ada.access))).toMatchObject({ status: 400 });
  });

  it('has one entry of an event that is delivered twice, and of one whose first delivery failed', async () => {
    const ada = await signedInUser(gateway);
    const before = await auditOf(ada.id, ada.access);
    const row = (await tables.all('outbox')).find(({ user_id, type }) => user_id === ada.id && type === 'session_opened');
    const crash = gateway.gate.fault('outboxFollowUp', ({ operation }) => operation === 'PutItem', 'crash-after');
    await tables.remove('outbox', { id: row?.['id'] });
    await tables.put('outbox', row ?? {});
    expect(await auditOf(ada.id, ada.access)).toEqual(before);
    expect(crash.struck ?? crash).toBeTruthy();
  });

  it('is in the export of the user', async () => {
    const ada = await signedInUser(gateway);
    const entries = await auditOf(ada.id, ada.access);
    const exported = (await (await read(gateway, `/users/${ada.id}/export/`, ada.access)).json()) as { audit: unknown };
    expect(exported.audit).toEqual(entries);
  });
});

describe('the audit trail of all', () => {
  it('is filtered by user, actor, type and time, each page without gaps and doubles', async () => {
    const [root, staff] = [await seeds.registeredUser({ isSuperuser: true }), await seeds.registeredUser({ roles: ['staff'] })];
    const users = [await signedInUser(gateway), await signedInUser(gateway)];
    for (const { id } of users) await post(gateway, `/users/${id}/suspend/`, {}, bearer(staff.access));
    const acts = await page(`/audit/?actor=${staff.id}&type=user_suspended`, root.access);
    expect(acts.results.map(({ user }) => user)).toEqual(users.map(({ id }) => id).toReversed());
    expect((await page(`/audit/?user=${users[0]?.id}&limit=1`, root.access)).results).toMatchObject([{ type: 'user_suspended' }]);
    const whole = (await page('/audit/?type=session_opened&limit=100', root.access)).results.map(({ id }) => id);
    const seen: unknown[] = [];
    let cursor: string | null = '';
    do {
      const { results, next }: Page = await page(`/audit/?type=session_opened&limit=9${cursor && `&cursor=${cursor}`}`, root.access);
      seen.push(...results.map(({ id }) => id));
      cursor = next;
    } while (cursor && seen.length < 100);
    expect(seen.slice(0, whole.length)).toEqual(whole.slice(0, seen.length));
    expect(new Set(seen).size).toBe(seen.length);
    const day = 86_400_000;
    const old = `/audit/?since=${new Date(Date.now() - 9 * day).toISOString()}&until=${new Date(Date.now() - 8 * day).toISOString()}`;
    expect(await page(old, root.access)).toEqual({ results: [], next: null });
    expect(await problemOf(await read(gateway, `/audit/?user=a&actor=b`, root.access))).toMatchObject({ status: 400 });
    expect((await page('/audit/?type=audit_read&limit=1', root.access)).results).toMatchObject([
      { user: '-', actor: root.id, fields: ['since', 'until'] },
    ]);
  });

  it('keeps the bare id of a deleted user, for AUDIT_RETENTION', async () => {
    const [root, ada] = [await seeds.registeredUser({ isSuperuser: true }), await signedInUser(gateway)];
    expect(await statusOf(gateway.fetch(`/users/${ada.id}/`, { method: 'DELETE', headers: bearer(ada.access) }))).toBe(204);
    const { results } = await page(`/audit/?user=${ada.id}`, root.access);
    expect(typesOf(results)).toEqual(['user_deleted', 'session_opened', 'user_registered']);
    const rows = (await tables.all('audit')).filter(({ user_id }) => user_id === ada.id);
    const kept = rows.map(({ at_id, expires_at }) => Number(expires_at) - Math.floor(Date.parse(String(at_id).split('#')[0] ?? '') / 1000));
    expect(kept).toEqual(rows.map(() => 400 * 86_400));
  });

  it('keeps only the deletion with AUDIT_AFTER_DELETION=erase, also if an earlier event comes late', async () => {
    gateway.use({ AUDIT_AFTER_DELETION: 'erase', AUDIT_RETENTION: '0s' });
    const [root, ada] = [await seeds.registeredUser({ isSuperuser: true }), await signedInUser(gateway)];
    expect(typesOf(await auditOf(ada.id, ada.access))).toEqual(['session_opened', 'user_registered']);
    const late = (await tables.all('outbox')).find(({ user_id }) => user_id === ada.id) ?? {};
    expect(await statusOf(gateway.fetch(`/users/${ada.id}/`, { method: 'DELETE', headers: bearer(ada.access) }))).toBe(204);
    await gateway.streams.settled();
    await tables.put('outbox', { ...late, id: `${late['id']}`.replace(/^.{4}/, 'ffff') });
    const { results } = await page(`/audit/?user=${ada.id}`, root.access);
    expect(results).toMatchObject([{ type: 'user_deleted', actor: ada.id, device: null, address_hash: null }]);
    const rows = (await tables.all('audit')).filter(({ user_id }) => user_id === ada.id);
    expect(rows[0]).not.toHaveProperty('expires_at');
  });
});

describe('wrong passwords', () => {
  it('leave one entry for an account and a window, however many come at once', async () => {
    const ada = await signedInUser(gateway);
    await fiftyAtOnce(() => post(gateway, '/login/', { username: ada.username, password: 'a wrong one' }));
    expect(typesOf(await auditOf(ada.id, ada.access)).filter((type) => type === 'login_failed')).toHaveLength(1);
  });

  it('leave no entry below the limit', async () => {
    const ada = await signedInUser(gateway);
    for (let count = 0; count < 3; count += 1) await post(gateway, '/login/', { username: ada.username, password: 'a wrong one' });
    expect(typesOf(await auditOf(ada.id, ada.access))).toEqual(['session_opened', 'user_registered']);
  });
});
