import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newPasswordSeal } from '#lib/transfer/password-seal.ts';
import { tallyOf } from '#lib/transfer/user-file.ts';
import { toRecord } from '#lib/transfer/user-record.ts';
import { type Format, openSource } from '../../../../scripts/users/import/open-source.ts';
import type { Row } from '../../../../scripts/users/import/row.ts';
import { madeUser } from '../../../lib/users/made-user.ts';
import { sharedData } from '../../../shared-data.ts';
import { madeFile } from './made-file.ts';

type Wanted = { readonly format?: Format; readonly model?: string; readonly passphrase?: string };

async function read(content: string | Buffer, { format, model, passphrase = '' }: Wanted = {}): Promise<{ about: string; rows: Row[] }> {
  const source = await openSource(madeFile(content), { format, model, askPassphrase: async () => passphrase });
  return { about: source.about, rows: await Array.fromAsync(source.rows()) };
}
const rows = async (content: string | Buffer, wanted?: Wanted) => (await read(content, wanted)).rows;
const why = async (content: string | Buffer, wanted?: Wanted) =>
  await rows(content, wanted).then(
    () => 'nothing is wrong',
    (error: Error) => `${error.name}: ${error.message.replace(/\S*import-\S+/g, 'FILE')}`,
  );

const user = (pk: unknown, fields: object = {}) => ({
  model: 'auth.user',
  pk,
  fields: { username: 'ada', password: '!', last_login: null, ...fields },
});
const bom = '\ufeff';

describe('what Django dumped', () => {
  test('is recognised by its beginning in any layout, and other models are skipped', async () => {
    const dump = [{ model: 'contenttypes.contenttype', pk: 1, fields: {} }, user(1), user(2, { username: 'bob' })];
    for (const text of [JSON.stringify(dump), JSON.stringify(dump, null, 2), `${bom}\n ${JSON.stringify(dump)}\n\n`]) {
      const { about, rows } = await read(text);
      expect(about).toBe("Django's dumpdata (auth.user)");
      expect(rows).toMatchObject([{ fields: { id: 1, username: 'ada' } }, { fields: { id: 2, username: 'bob' } }]);
    }
  });

  test('is read as JSON lines too, with the numbers of the lines, and a broken line costs that line only', async () => {
    const lines = [JSON.stringify(user(1)), '{"model": "auth.user", "pk": 2, "fie', '', JSON.stringify(user(3)), '[]', '{"pk": 1}'];
    expect(await rows(lines.join('\r\n'))).toMatchObject([
      { line: 1, fields: { id: 1 } },
      { line: 2, broken: 'is no JSON' },
      { line: 4, fields: { id: 3 } },
      { line: 5, broken: 'is no JSON object' },
      { line: 6, broken: 'has no model and fields, as what dumpdata writes has' },
    ]);
  });

  test('has groups by their names, by key or by natural key, wherever in the file they stand', async () => {
    const group = { model: 'auth.group', pk: 7, fields: { name: 'editors', permissions: [] } };
    const dump = [user(1, { groups: [7, 8] }), user(undefined, { groups: [['authors']] }), group];
    expect(await rows(JSON.stringify(dump))).toMatchObject([{ fields: { groups: ['editors', 8] } }, { fields: { groups: ['authors'] } }]);
  });

  test('of a model of the project’s own is asked for by name, and guessed at where it is not', async () => {
    const dump = JSON.stringify([{ ...user(1), model: 'accounts.member' }]);
    expect(await why(dump)).toBe('Refusal: FILE has no auth.user. Users seem to be accounts.member there: say --model accounts.member.');
    expect(await rows(dump, { model: 'accounts.Member' })).toHaveLength(1);
    expect(await why('username\nada', { model: 'accounts.Member' })).toContain("--model is for what Django's dumpdata writes");
  });

  test('is refused as a whole if cut off or broken, with the byte and without its content', async () => {
    const dump = JSON.stringify([user(1), user(2, { username: 'geheim' })]);
    expect(await why(dump.slice(0, -1))).toBe(`Refusal: FILE is cut off: its JSON does not end within its ${dump.length - 1} bytes.`);
    const at = dump.indexOf('geheim') - 1;
    expect(await why(`${dump.slice(0, at)}geheim${dump.slice(at)}`)).toBe(
      `Refusal: FILE is not valid JSON at byte ${at + 1}. Nothing was imported.`,
    );
    expect(await why(`${dump}[]`)).toContain('FILE is not valid JSON');
  });

  test('cannot reach an object’s prototype, and of one name twice the last counts', async () => {
    const dump = '[{"model":"auth.user","pk":1,"fields":{"__proto__":{"is_superuser":true},"username":"a","username":"b"}}]';
    const [row] = await rows(dump);
    const fields = row && 'fields' in row ? row.fields : {};
    expect([fields['is_superuser'], fields['username'], ({} as Record<string, unknown>)['is_superuser']]).toEqual([
      undefined,
      'b',
      undefined,
    ]);
  });

  test('is never in memory as a whole', async () => {
    const many = Array.from({ length: 20_000 }, (_, index) => JSON.stringify(user(index, { first_name: 'x'.repeat(1000) })));
    const source = await openSource(madeFile(`[${many.join()}]`), { format: undefined, model: undefined, askPassphrase: async () => '' });
    many.length = 0;
    let [count, most] = [0, 0];
    for await (const _ of source.rows()) {
      count += 1;
      if (count % 5000 === 0) most = Math.max(most, process.memoryUsage().arrayBuffers);
    }
    expect(count).toBe(20_000);
    expect(most).toBeLessThan(12_000_000);
  });
});

describe('comma-separated values', () => {
  test('are the format of other files; a byte order mark, CR LF, quotation marks and line feeds in fields are RFC 4180’s', async () => {
    const csv = `${bom}username,email,name\r\nada,ada@example.com,"Lovelace, ""Ada""\nCountess"\r\n\r\nbob,bob@example.com,Bob`;
    expect(await read(csv)).toEqual({
      about: 'CSV',
      rows: [
        { line: 2, fields: { username: 'ada', email: 'ada@example.com', name: 'Lovelace, "Ada"\nCountess' } },
        { line: 5, fields: { username: 'bob', email: 'bob@example.com', name: 'Bob' } },
      ],
    });
  });

  test('lose a row with too few or too many fields', async () => {
    expect(await rows('username,email\na,b,c\nada\nbob,bob@example.com\n')).toEqual([
      { line: 2, broken: 'has 3 fields, and the header line 2' },
      { line: 3, broken: 'has 1 fields, and the header line 2' },
      { line: 4, fields: { username: 'bob', email: 'bob@example.com' } },
    ]);
  });

  test.each([
    ['x"y,z', 'is not as RFC 4180 has it: a quotation mark is out of place.'],
    ['"geheim"y,z', 'is not as RFC 4180 has it: a quotation mark is out of place.'],
    ['"geheim,z', 'is not as RFC 4180 has it: a quotation mark is out of place.'],
    [`${'x'.repeat(5_000_000)},y`, 'is longer than 1048576 bytes, or a quotation mark is out of place.'],
  ])('are refused as a whole if the next row is unknown: %#', async (line, sentence) => {
    const said = await why(`username,email\nada,ada@example.com\n${line}\nbob,bob@example.com\n`);
    expect(said).toBe(`Refusal: The row on line 3 of FILE ${sentence} Nothing was imported.`);
  });

  test.each([
    ['username,username\na,b', 'Refusal: The header line of FILE names the column "username" twice.'],
    ['', 'Refusal: FILE is empty.'],
    [Buffer.from('username\nZo\xeb\n', 'latin1'), 'Refusal: FILE is not UTF-8 (about byte 1 or after it): convert it first.'],
    [Buffer.from('\ufeffusername\nada\n', 'utf16le'), 'Refusal: FILE is not UTF-8 (about byte 1 or after it): convert it first.'],
  ])('are refused as a whole if they make no sense: %#', async (content, sentence) => {
    expect(await why(content)).toBe(sentence);
  });
});

describe('JSON lines', () => {
  test('of other systems are fields', async () => {
    expect(await read('{"username":"ada","roles":["a"]}\n\n{"username":"bob"}')).toEqual({
      about: 'JSON lines',
      rows: [
        { line: 1, fields: { username: 'ada', roles: ['a'] } },
        { line: 3, fields: { username: 'bob' } },
      ],
    });
  });

  test('may be long, broken, or not UTF-8: each is one unread row', async () => {
    const long = Buffer.from(`{"username":"${'x'.repeat(5_000_000)}"}\n`);
    const content = Buffer.concat([
      Buffer.from('{"username":"ada"}\n{"a":\n'),
      long,
      Buffer.from('{"username":"Zo\xeb"}\n', 'latin1'),
      Buffer.from('null'),
    ]);
    expect(await rows(content)).toEqual([
      { line: 1, fields: { username: 'ada' } },
      { line: 2, broken: 'is no JSON' },
      { line: 3, broken: 'is longer than 1048576 bytes' },
      { line: 4, broken: 'is not UTF-8' },
      { line: 5, broken: 'is no JSON object' },
    ]);
  });

  test('of our own are whole or refused, and open with their passphrase', async () => {
    const [one, seal] = [madeUser(), await newPasswordSeal('correct horse battery')];
    const head = { gatehouse: 'users', version: 1, stage: 'local', exported_at: '2026-01-01T00:00:00.000Z', sealed: seal.terms };
    const record = JSON.stringify({ ...toRecord(one), password: seal.seal(one.password, one.id) });
    const tally = tallyOf(JSON.stringify(head));
    tally.add(record);
    const { count, sha256 } = tally.total();
    const file = [JSON.stringify(head), record, JSON.stringify({ gatehouse: 'end', count, sha256, vouched: seal.vouch(sha256) }), ''].join(
      '\n',
    );
    expect(await read(file, { passphrase: 'correct horse battery' })).toMatchObject({
      about: 'an export of Gatehouse, sealed',
      rows: [{ line: 2, record: { id: one.id } }],
    });
    expect(await why(file, { passphrase: 'another' })).toContain('The passphrase does not open');
    expect(await why(file.replace(one.username, 'eve'), { passphrase: 'correct horse battery' })).toContain(
      'was changed after it was written',
    );
  }, 20_000);
});

describe('Cognito’s users', () => {
  const ada = {
    Username: '0b8e5d1c-7c1f-4ed4-9f0a-1b6f0e3f1a11',
    Attributes: [
      { Name: 'sub', Value: '0b8e5d1c-7c1f-4ed4-9f0a-1b6f0e3f1a11' },
      { Name: 'email', Value: 'ada@example.com' },
      { Name: 'email_verified', Value: 'true' },
      { Name: 'phone_number', Value: '+8613800138000' },
      { Name: 'custom:nick', Value: 'ada' },
    ],
    UserCreateDate: 1_600_000_000.123,
    Enabled: false,
    UserStatus: 'CONFIRMED',
  };

  test('come from list-users, in one line or several; a username that is the sub is ignored', async () => {
    for (const text of [JSON.stringify({ Users: [ada] }), JSON.stringify({ PaginationToken: 'x', Users: [ada] }, null, 4)]) {
      const { about, rows } = await read(text);
      expect(about).toBe("Cognito's list-users");
      expect(rows).toMatchObject([
        {
          fields: {
            id: ada.Username,
            username: undefined,
            email: 'ada@example.com',
            email_verified: 'true',
            mobile: '+8613800138000',
            'custom:nick': 'ada',
            is_active: false,
            date_joined: 1_600_000_000.123,
            password: undefined,
          },
        },
      ]);
    }
  });

  test('come from CSV with Cognito’s own header', async () => {
    const csv =
      'cognito:username,name,email,email_verified,phone_number,phone_number_verified,cognito:mfa_enabled\nada,Ada,a@example.com,true,,false,false\n';
    expect(await read(csv)).toMatchObject({
      about: "CSV of Cognito's",
      rows: [{ line: 2, fields: { username: 'ada', name: 'Ada', email: 'a@example.com', email_verified: 'true', mobile: '' } }],
    });
  });
});

describe('a given format', () => {
  test('takes precedence over the content of the file', async () => {
    expect(await rows('{model}\n1', { format: 'csv' })).toEqual([{ line: 2, fields: { '{model}': '1' } }]);
    expect(await rows('{"model": "x"}', { format: 'jsonl' })).toEqual([{ line: 1, fields: { model: 'x' } }]);
    expect(await why('username\nada', { format: 'django' })).toContain('has no auth.user');
  });
});

const suite = sharedData('json/json-test-suite.json');
describe.skipIf(!suite)('JSONTestSuite', () => {
  test('is read or refused in a sentence, as a file and as a line', async () => {
    const all = JSON.parse(readFileSync(suite ?? '', 'utf8')) as unknown;
    const texts = JSON.stringify(all).length > 0 ? textsIn(all) : [];
    expect(texts.length).toBeGreaterThan(100);
    for (const bytes of texts)
      for (const content of [
        Buffer.concat([Buffer.from('['), bytes, Buffer.from(']')]),
        Buffer.concat([Buffer.from('{"a":'), bytes, Buffer.from('}')]),
      ])
        expect(await why(content, { format: content[0] === 0x5b ? 'django' : 'jsonl' })).toMatch(/^(Refusal: FILE|nothing is wrong)/);
  }, 60_000);
});

function textsIn(value: unknown): Buffer[] {
  if (typeof value === 'string') return [Buffer.from(value, 'base64')];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

const naughty = sharedData('blns');
describe.skipIf(!naughty)('naughty strings', () => {
  test('pass through every format unchanged', async () => {
    const strings = (JSON.parse(readFileSync(join(naughty ?? '', 'blns.json'), 'utf8')) as string[]).filter((each) => each.trim() !== '');
    const named = (read: Row[]) => read.map((row) => ('fields' in row ? row.fields['username'] : row));
    expect(named(await rows(JSON.stringify(strings.map((username) => user(1, { username })))))).toEqual(strings);
    expect(named(await rows(strings.map((username) => JSON.stringify({ username })).join('\n')))).toEqual(strings);
    const quoted = strings.map((each) => `"${each.replaceAll('"', '""')}"`);
    expect(named(await rows(`username\n${quoted.join('\n')}`))).toEqual(strings);
  });
});
