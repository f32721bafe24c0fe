import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { hashInspector } from '#lib/passwords/passwords.ts';
import { toRecord } from '#lib/transfer/user-record.ts';
import { declareAttributes } from '#lib/users/attributes.ts';
import { type Checked, checkedRows } from '../../../../scripts/users/import/check-rows.ts';
import type { Row } from '../../../../scripts/users/import/row.ts';
import type { Rules } from '../../../../scripts/users/import/rules.ts';
import { madeSettings } from '../../../lib/made-settings.ts';
import { everyHasher } from '../../../lib/passwords/made-passwords.ts';
import { madeUser } from '../../../lib/users/made-user.ts';
import { sharedData } from '../../../shared-data.ts';

const now = new Date('2026-11-20T12:00:00.000Z');
const attributes = declareAttributes({
  nickname: { schema: v.pipe(v.string(), v.maxLength(8)), read: 'self', write: 'self' },
  credit: { schema: v.number(), read: 'self', write: 'staff' },
});
const usual: Rules = {
  names: new Map(),
  roles: new Map(),
  renaming: 'own',
  isWithoutEmail: false,
  isDoubledEmail: false,
  isMobileDropped: false,
  isHashDropped: false,
  proved: [],
  wanted: 'off',
  isOldTokenHonoured: true,
  region: 'CN',
};
const passwords = hashInspector(madeSettings());
const hash = 'pbkdf2_sha256$1000$abcdefghijklmnopqrstuv$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
const ada = { id: '17', username: 'ada', email: 'ada@example.com', password: hash };

async function check(rows: readonly (object | Row)[], rules: Partial<Rules> = {}): Promise<Checked[]> {
  const all = rows.map((row): Row => ('fields' in row || 'record' in row || 'broken' in row ? (row as Row) : { fields: row as never }));
  const source = {
    about: 'a test',
    rows: async function* () {
      yield* all;
    },
  };
  return await Array.fromAsync(checkedRows({ source, rules: { ...usual, ...rules }, attributes, passwords, now }));
}
async function one(fields: object, rules?: Partial<Rules>) {
  const [first] = await check([fields], rules);
  return first && 'arrival' in first
    ? { ...first.arrival, changes: first.changes }
    : { complaints: first?.complaints, changes: first?.changes };
}
const user = async (fields: object, rules?: Partial<Rules>) => {
  const came = await one({ ...ada, ...fields }, rules);
  if (!('user' in came)) throw new Error(JSON.stringify(came));
  return came.user;
};
const complaints = async (fields: object, rules?: Partial<Rules>) =>
  (await one({ ...ada, ...fields }, rules)).complaints?.map(({ field, reason }) => `${field}: ${reason}`);

describe('a user from Django', () => {
  test('is imported with all fields', async () => {
    const fields = {
      ...ada,
      id: 17,
      first_name: 'Ada',
      last_name: 'Lovelace',
      phone: '138 0013 8000',
      nick: 'countess'.slice(0, 8),
      credit: '12.50',
      groups: ['editors', 'authors'],
      user_permissions: [3],
      is_staff: true,
      is_superuser: true,
      is_active: false,
      date_joined: '2020-02-03T04:05:06.123456+08:00',
      last_login: null,
    };
    const names = new Map([
      ['mobile', 'phone'],
      ['attributes.nickname', 'nick'],
      ['attributes.credit', 'credit'],
    ]);
    const came = await one(fields, { names });
    expect(came).toEqual({
      changes: [],
      identifiers: [
        { kind: 'username', value: 'ada' },
        { kind: 'email', value: 'ada@example.com' },
        { kind: 'mobile', value: '+8613800138000' },
      ],
      user: {
        id: '17',
        username: 'ada',
        name: 'Ada Lovelace',
        email: 'ada@example.com',
        mobile: '+8613800138000',
        password: hash,
        roles: ['staff', 'editors', 'authors'],
        isActive: false,
        suspension: undefined,
        isSuperuser: true,
        isEmailVerified: false,
        isMobileVerified: false,
        tokenEpoch: 0,
        version: 1,
        attributes: { nickname: 'countess', credit: 12.5 },
        avatar: undefined,
        dateJoined: new Date('2020-02-02T20:05:06.123Z'),
        lastLogin: undefined,
      },
    });
  });

  test('gets the username as name if there is none', async () => {
    expect((await user({ first_name: ' ', last_name: '' })).name).toBe('ada');
    expect((await user({ name: 'Countess', first_name: 'Ada' })).name).toBe('Countess');
  });

  test('has a token epoch of the clock unless old tokens are to be honoured, and never one that was', async () => {
    const clock = now.getTime() / 1000;
    expect((await user({}, { isOldTokenHonoured: false })).tokenEpoch).toBe(clock);
    const record = (tokenEpoch: number) => ({ record: toRecord(madeUser({ tokenEpoch, password: hash })) });
    const epochs = async (isOldTokenHonoured: boolean) =>
      (await check([record(0), record(3), record(clock + 5)], { isOldTokenHonoured })).map(
        (each) => 'arrival' in each && each.arrival.user.tokenEpoch,
      );
    expect(await epochs(false)).toEqual([clock, clock, clock + 6]);
    expect(await epochs(true)).toEqual([0, clock, clock + 6]);
  });
});

describe('an id', () => {
  test.each([17, '17', ' 17 ', '0b8e5d1c-7c1f-4ed4-9f0a-1b6f0e3f1a11', 'ada lovelace', 'a/b', '..', 'x'.repeat(129), { a: 1 }, 1.5])(
    '%j',
    async (id) => {
      const good = ['17', '0b8e5d1c-7c1f-4ed4-9f0a-1b6f0e3f1a11'];
      const came = await one({ ...ada, id });
      if ('user' in came) expect(good).toContain(came.user.id);
      else expect(came.complaints).toEqual([{ field: 'id', reason: expect.stringMatching(/^is no (id|text)/) }]);
      expect('user' in came).toBe(good.includes(String(id).trim()));
    },
  );

  test('that is missing is derived from the name, the same each time', async () => {
    const made = (await user({ id: undefined })).id;
    expect(made).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect((await user({ id: '', username: 'ADA', email: 'other@example.com' })).id).toBe(made);
    expect((await user({ id: null, username: 'bob' })).id).not.toBe(made);
    expect(await complaints({ id: '', username: '', email: '' })).toContain('id: is missing');
  });
});

describe('a username', () => {
  const called = async (fields: object, renaming: Rules['renaming']) => {
    const came = await one({ ...ada, ...fields }, { renaming });
    return 'user' in came ? `${came.user.username}${came.changes.includes('renamed') ? ' (renamed)' : ''}` : came.complaints?.[0]?.reason;
  };
  test.each([
    ['Ada.L', {}, ['Ada.L', 'Ada.L', 'Ada.L']],
    ['ａｄａ', {}, ['ada', 'ada', 'ada']],
    [' ada ', {}, ['ada', 'ada', 'ada']],
    [undefined, {}, ['ada_17 (renamed)', 'ada_17 (renamed)', 'ada_17 (renamed)']],
    ['Ada@Example.com', {}, ['is no username', 'ada_17 (renamed)', 'ada_17 (renamed)']],
    ['13800138000', { mobile: '+86 138 0013 8000' }, ['is no username', 'ada_17 (renamed)', 'ada_17 (renamed)']],
    ['other@example.com', {}, ['is no username', 'is no username', 'other_17 (renamed)']],
    ['13800138000', {}, ['is no username', 'is no username', 'user_17 (renamed)']],
    ['Ada Lovelace', {}, ['is no username', 'is no username', 'Ada_Lovelace_17 (renamed)']],
    ['a+b', { id: 'A'.repeat(36) }, ['is no username', 'is no username', 'a_b_22a48051 (renamed)']],
    ['x', {}, ['is no username', 'is no username', 'x_17 (renamed)']],
    ['张'.repeat(40), {}, ['is no username', 'is no username', `${'张'.repeat(29)}_17 (renamed)`]],
    ['...', {}, ['is no username', 'is no username', 'user_17 (renamed)']],
    ['\ud800', {}, ['is no text', 'is no text', 'is no text']],
  ] as const)('%j of %j', async (username, more, [none, own, all]) => {
    const shown = async (renaming: Rules['renaming']) =>
      (await called({ username, ...more }, renaming))?.replace(/_[0-9a-f]{10}\b/, '_22a48051');
    expect([await shown('none'), await shown('own'), await shown('all')]).toEqual([none, own, all]);
  });

  test('that is an e-mail address is the e-mail address too, where there is no other', async () => {
    const came = await one({ ...ada, username: 'Ada@example.com', email: '' });
    expect(came).toMatchObject({ user: { email: 'Ada@example.com', username: 'Ada_17' }, changes: ['email was the username', 'renamed'] });
  });
});

describe('an e-mail address', () => {
  test('that is missing or wrong refuses its row, or becomes one that no mail reaches', async () => {
    for (const email of ['', null, 'nobody', 'root@localhost', 'a b@example.com']) {
      expect((await complaints({ email }))?.[0]).toMatch(/^email: is (missing|no e-mail address)$/);
      expect((await user({ email, email_verified: false }, { isWithoutEmail: true })).email).toBe('17@users.invalid');
    }
    expect((await user({ id: 'A/B'.replace('/', '-'), email: '' }, { isWithoutEmail: true })).email).toMatch(
      /^[0-9a-f]{10}@users\.invalid$/,
    );
  });

  test('that two users have belongs to the first; the other is refused, or gets one that no mail reaches', async () => {
    const twins = [ada, { ...ada, id: 18, username: 'bob', email: 'ADA@example.com', email_verified: 'true' }];
    expect((await check(twins))[1]).toMatchObject({ complaints: [{ field: 'email', reason: 'is that of a row before it', earlier: 1 }] });
    const [, second] = await check(twins, { isDoubledEmail: true });
    expect(second).toMatchObject({
      arrival: { user: { email: '18@users.invalid', isEmailVerified: false } },
      changes: ['placeholder for the e-mail address'],
    });
  });
});

describe('what is proved', () => {
  const mobile = '+8613800138000';
  const marks = async (fields: object, rules?: Partial<Rules>) => {
    const { isEmailVerified, isMobileVerified } = await user(fields, rules);
    return [isEmailVerified, isMobileVerified];
  };

  test('is what the file says, or what whoever imports vouches for, if there is such an address', async () => {
    expect(await marks({ mobile })).toEqual([false, false]);
    expect(await marks({ mobile, email_verified: true })).toEqual([true, false]);
    expect(await marks({ mobile }, { proved: ['email', 'mobile'] })).toEqual([true, true]);
    expect(await marks({}, { proved: ['email', 'mobile'] })).toEqual([true, false]);
    expect(await marks({ email: '' }, { proved: ['email'], isWithoutEmail: true })).toEqual([false, false]);
  });

  test('is asked for by a stage that wants addresses proved', async () => {
    const reason = (kind: string) => `${kind}: is not proved, as the stage wants it: say --proved ${kind} if you know that it is`;
    expect(await complaints({ mobile }, { wanted: 'email' })).toEqual([reason('email')]);
    expect(await complaints({ mobile, email_verified: true }, { wanted: 'mobile' })).toEqual([reason('mobile')]);
    expect(await complaints({ mobile }, { wanted: 'either' })).toEqual([reason('email'), reason('mobile')]);
    expect(await marks({ mobile, email_verified: true }, { wanted: 'email' })).toEqual([true, false]);
    expect(await marks({ mobile }, { wanted: 'either', proved: ['mobile'] })).toEqual([false, true]);
    expect(await complaints({ email: '' }, { wanted: 'email', proved: ['email'], isWithoutEmail: true })).toEqual([reason('email')]);
  });

  test('is not lost to a placeholder where the stage wants the e-mail address', async () => {
    const twins = [ada, { ...ada, id: '18', username: 'bob' }];
    const came = async (rules: Partial<Rules>) =>
      (await check(twins, { proved: ['email'], isDoubledEmail: true, ...rules })).map((row) => 'arrival' in row);
    expect([await came({}), await came({ wanted: 'email' })]).toEqual([
      [true, true],
      [true, false],
    ]);
  });

  test('of a backup of ours is as it was, whatever the stage wants', async () => {
    const [row] = await check([{ record: toRecord(madeUser({ password: hash })) }], { wanted: 'email' });
    expect(row && 'arrival' in row && row.arrival.user.isEmailVerified).toBe(false);
  });
});

describe('rows that want the same', () => {
  test('are settled by their order, and who is refused takes nothing away', async () => {
    const came = await check([
      { ...ada, password: 'nonsense' },
      { ...ada, id: 18 },
      { ...ada, id: 18, username: 'ＡＤＡ', email: 'new@example.com' },
      { ...ada, id: 19, username: 'new', email: 'newer@example.com' },
      { broken: 'is no JSON', line: 9 },
    ]);
    expect(came.map((each) => ('arrival' in each ? each.arrival.user.id : each.complaints.map(({ field }) => field)))).toEqual([
      ['password'],
      '18',
      ['id', 'username'],
      '19',
      ['row'],
    ]);
    expect(came[4]?.place).toEqual({ row: 5, line: 9, id: undefined });
  });
});

describe('a password', () => {
  test('is kept where it can be compared with, or never matches; what it is of is counted', async () => {
    for (const password of [hash, '!unusable', '!']) expect((await user({ password })).password).toBe(password);
    for (const password of ['', null]) expect((await user({ password })).password).toMatch(/^![0-9a-f]{40}$/);
    expect((await check([ada, { ...ada, password: '!' }, { ...ada, password: 'x' }])).map((each) => each.hash)).toEqual([
      'pbkdf2_sha256',
      'unusable',
      'unknown',
    ]);
  });

  test.each([
    ['plain text', 'hash of an unknown algorithm'],
    ['crypt$$abcdefghijklm', 'hash of an unknown algorithm'],
    ['pbkdf2_sha256$1000$salt$', 'malformed pbkdf2_sha256 hash'],
    ['pbkdf2_sha256$9000000$abcdefghijklmnopqrstuv$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=', 'pbkdf2_sha256 hash beyond the cap'],
    ['md5$salt$0123456789abcdef0123456789abcdef', 'md5 is not in PASSWORD_HASHERS'],
  ])('such as %s is refused, or dropped', async (password, why) => {
    expect(await complaints({ password })).toEqual([`password: is kept from use: ${why}`]);
    const came = await one({ ...ada, password }, { isHashDropped: true });
    expect(came).toMatchObject({ user: { password: expect.stringMatching(/^!/) }, changes: ['hash dropped'] });
  });

  test('of a format that the stage takes is taken', async () => {
    const md5 = 'md5$salt$0123456789abcdef0123456789abcdef';
    const liberal = hashInspector(madeSettings({ PASSWORD_HASHERS: everyHasher }));
    expect([liberal.inspect(md5), liberal.inspect('!'), liberal.inspect('x')]).toEqual([
      { kind: 'md5' },
      { kind: 'unusable', refused: 'unusable password' },
      { kind: 'unknown', refused: 'hash of an unknown algorithm' },
    ]);
  });
});

describe('roles', () => {
  test('come of groups by the names that --role gives them, and whom it names none for has none', async () => {
    const roles = new Map([
      ['editors', 'desk'],
      ['7', 'seven'],
      ['old', ''],
    ]);
    expect((await user({ groups: ['editors', 7, 'old', ' authors '] }, { roles })).roles).toEqual(['desk', 'seven', 'authors']);
    expect((await user({ roles: 'a;b; c' })).roles).toEqual(['a', 'b', 'c']);
  });

  test('are refused if the group is unknown, the name is not valid for a role, or they are more than a token holds', async () => {
    expect(await complaints({ groups: [8] })).toEqual(['groups: name a group that the file does not: dump auth.group too']);
    expect(await complaints({ groups: ['a\u0007'] })).toEqual(['groups: name one that no role can have']);
    expect(await complaints({ groups: [...'0123456789'].map((digit) => digit.repeat(60)) })).toEqual([
      'roles: are more than fit into a token',
    ]);
  });

  test('a group named staff gives no power over users, unless --role says so', async () => {
    expect(await complaints({ groups: ['staff'] })).toEqual([expect.stringContaining('groups: name one called staff')]);
    expect((await user({ groups: ['staff'], is_staff: true })).roles).toEqual(['staff']);
    expect((await user({ groups: ['staff'] }, { roles: new Map([['staff', 'crew']]) })).roles).toEqual(['crew']);
  });
});

describe('values', () => {
  test.each([
    [{ is_active: 'f' }, { isActive: false }],
    [{ is_active: 0 }, { isActive: false }],
    [{ is_superuser: 'True' }, { isSuperuser: true }],
    [{ date_joined: '2020-01-02' }, { dateJoined: new Date('2020-01-02T00:00:00Z') }],
    [{ date_joined: '2020-01-02 03:04:05.678+00' }, { dateJoined: new Date('2020-01-02T03:04:05.678Z') }],
    [{ date_joined: '2020-01-02T03:04:05' }, { dateJoined: new Date('2020-01-02T03:04:05Z') }],
    [{ last_login: 1_600_000_000.5 }, { lastLogin: new Date(1_600_000_000_500) }],
    [{ date_joined: '' }, { dateJoined: now }],
    [
      { mobile: '13800138000', mobile_verified: 't' },
      { mobile: '+8613800138000', isMobileVerified: true },
    ],
    [{ mobile: 13_800_138_000 }, { mobile: '+8613800138000', isMobileVerified: false }],
    [{ mobile_verified: true }, { mobile: undefined, isMobileVerified: false }],
    [{ attributes: { nickname: 'a' } }, { attributes: { nickname: 'a' } }],
    [{ 'attributes.credit': '7', 'attributes.nickname': '7' }, { attributes: { credit: 7, nickname: '7' } }],
  ])('%j', async (fields, expected) => {
    expect(await user(fields)).toMatchObject(expected);
  });

  test.each([
    [{ is_active: 'maybe' }, 'is_active: is neither true nor false'],
    [{ date_joined: 'yesterday' }, 'date_joined: is no instant such as 2026-01-31T12:00:00Z'],
    [{ date_joined: '0001-01-01' }, 'date_joined: is no instant such as 2026-01-31T12:00:00Z'],
    [{ mobile: '123' }, 'mobile: is no mobile number as CN and other countries have them'],
    [{ name: 'x'.repeat(65) }, 'name: is longer than 64 characters'],
    [{ name: 'a\u0000b' }, 'name: has control characters'],
    [{ name: { first: 'x' } }, 'name: is no text'],
    [{ 'attributes.nickname': 'far too long' }, 'attributes.nickname: is not as project/attributes.ts declares it'],
    [{ 'attributes.credit': 'much' }, 'attributes.credit: is not as project/attributes.ts declares it'],
  ])('%j is refused', async (fields, complaint) => {
    expect(await complaints(fields)).toEqual([complaint]);
  });

  test('an invalid mobile number can be dropped', async () => {
    const came = await one({ ...ada, mobile: 'none' }, { isMobileDropped: true });
    expect(came).toMatchObject({ user: { mobile: undefined }, changes: ['mobile dropped'] });
  });

  test('our own record with attributes that are no longer declared is refused', async () => {
    const [came] = await check([{ record: toRecord(madeUser({ password: hash, attributes: { height: 3 } })) }]);
    expect(came).toMatchObject({ complaints: [{ field: 'attributes.height', reason: 'is not declared in project/attributes.ts' }] });
  });
});

const naughty = sharedData('blns');
describe.skipIf(!naughty)('naughty strings', () => {
  test('in any field are accepted, or refused in our own words', async () => {
    const strings = JSON.parse(readFileSync(join(naughty ?? '', 'blns.json'), 'utf8')) as string[];
    const fields = ['id', 'username', 'email', 'name', 'mobile', 'password', 'groups', 'is_active', 'date_joined', 'attributes.nickname'];
    const rows = strings.flatMap((text, index) =>
      fields.map((field) => ({
        ...ada,
        id: `${index}-${field}`,
        username: `u${index}-${field}`.slice(0, 32),
        email: `${index}-${field}@example.com`,
        [field]: text,
      })),
    );
    const came = await check(rows, { renaming: 'all' });
    expect(came).toHaveLength(rows.length);
    const reasons = new Set(came.flatMap((each) => ('complaints' in each ? each.complaints.map(({ reason }) => reason) : [])));
    for (const reason of reasons) expect(strings).not.toContain(reason);
    expect(reasons.size).toBeLessThan(30);
  });
});

test('an imported name and address are without what paste adds, and a domain of another script has its key in ASCII', async () => {
  const came = await user({ email: '\u202aAda@München.de\u202c', name: 'Ann\u202egnp\u200f' });
  expect(came).toMatchObject({ email: 'Ada@München.de', name: 'Anngnp' });
  const [first] = await check([{ ...ada, email: 'josé@example.com' }]);
  expect(first).not.toHaveProperty('arrival');
});
