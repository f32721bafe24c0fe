import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attributes } from '#attributes.ts';
import { hashInspector } from '#lib/passwords/passwords.ts';
import { parseSettings } from '#lib/settings/parse.ts';
import { dynamoArrivalStore } from '#lib/transfer/arrival-store.dynamo.ts';
import { localCredentials } from '#local/emulators/emulator.ts';
import { type Gateway, startGateway } from '#local/gateway/gateway.ts';
import { openSource } from '../../scripts/users/import/open-source.ts';
import { readImportOptions } from '../../scripts/users/import/options.ts';
import { runImport } from '../../scripts/users/import/run.ts';
import { keepStrain } from '../../scripts/users/import/strain.ts';
import { everyHasher } from '../lib/passwords/made-passwords.ts';
import { djangoToken } from './imported-users.ts';
import { tablesOf } from './tables.ts';
import { claimsOf, post, read } from './users.ts';

type Dumped = { readonly version: string; readonly passwords: Record<string, string>; readonly dumps: Record<string, string> };

const python = process.env['DJANGO_PYTHON'] ?? '/usr/bin/python3';
const program = fileURLToPath(new URL('../django/dump-users.py', import.meta.url));
const ofModel = (model: string): Dumped | undefined => {
  try {
    return JSON.parse(execFileSync(python, ['-B', program, model], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return undefined; // Python and Django are optional
  }
};
const django = ofModel('auth.User');

describe.runIf(django)(`users of Django ${django?.version}`, () => {
  const { passwords: typed = {}, dumps = {} } = django ?? {};
  const secret = 'dj4ng0-k#v2=&m(8t!z^q$w7x@e5r+c1y_u3i*o9p-a6s)d(fg';
  const settings = {
    PASSWORD_HASHERS: everyHasher,
    LOGIN_RATE_ACCOUNT: 'off',
    ALGORITHM: 'HS256',
    DJANGO_ALGORITHM: 'HS256',
  };
  let gateway: Gateway;
  let tables: ReturnType<typeof tablesOf>;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'coming-'));
    gateway = await startGateway({ settings, keys: { SIGNING_KEY: secret, DJANGO_SIGNING_KEY: secret }, instances: 4 });
    tables = tablesOf(gateway);
  });
  afterAll(async () => {
    tables?.close();
    await gateway?.stop();
    rmSync(folder, { recursive: true });
  });

  /** Imports as the command does, with this gateway’s settings. */
  async function importDump(dump: string, given: { readonly map?: string[]; readonly model?: string } = {}) {
    const file = join(folder, 'dump.json');
    writeFileSync(file, dump);
    const { endpoints, template } = gateway;
    const [fn] = template.ofType<{ Environment: { Variables: Record<string, string> } }>('AWS::Lambda::Function');
    const all = parseSettings({ ...fn?.properties.Environment.Variables, ...settings });
    const plain = new DynamoDBClient({ endpoint: endpoints.dynamodb, region: template.place.region, credentials: localCredentials });
    const usual = {
      'dry-run': false,
      rename: 'own',
      'without-email': 'refuse',
      'doubled-email': 'refuse',
      'invalid-mobile': 'refuse',
      'unknown-hash': 'refuse',
    };
    const asked = readImportOptions(
      {
        values: { ...usual, ...given } as never,
        stage: 'local',
        misused: (why) => {
          throw new Error(why);
        },
      },
      Object.keys(attributes),
    );
    const source = await openSource(file, { ...asked, askPassphrase: async () => '' });
    const refused: unknown[] = [];
    const { tally } = await runImport({
      source,
      rules: { ...asked.rules, region: all.DEFAULT_REGION, wanted: all.REGISTER_VERIFIED, isOldTokenHonoured: source.isDjango === true },
      attributes,
      passwords: hashInspector(all),
      store: dynamoArrivalStore(all, DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } })),
      strain: keepStrain(undefined),
      report: { refused: (place, complaints) => refused.push({ place, complaints }), changed: () => {}, close: async () => {} },
      isDryRun: false,
      now: new Date(),
      isStopped: () => false,
      progressOf: () => ({ advance: () => {}, end: () => {} }),
    });
    plain.destroy();
    return { tally, refused };
  }
  const logIn = (username: string, password: string) => post(gateway, '/token/', { username, password });

  it('are imported with their hashes, and each logs in with the old password, also by email', async () => {
    const { tally, refused } = await importDump(dumps['plain'] ?? '');
    expect(refused).toEqual([]);
    expect(tally).toMatchObject({
      added: Object.keys(typed).length + 3,
      there: 0,
      passwords: { unusable: 1, argon2: 1, bcrypt: 1, unsalted_md5: 1 },
    });
    expect(Object.keys(typed).length).toBeGreaterThanOrEqual(8);
    for (const [name, password] of Object.entries(typed)) {
      expect((await logIn(name, `${password}?`)).status, name).toBe(401);
      expect((await logIn(name, password)).status, name).toBe(200);
    }
    expect((await logIn('argon2@example.com', typed['argon2'] ?? '')).status).toBe(200);
    for (const name of ['gone', 'nobody']) expect((await logIn(name, `a fine sentence for ${name}`)).status, name).toBe(401);
  });

  it('keep their ids, names, roles and superuser flag', async () => {
    const { access } = (await (await logIn('chief', 'a fine sentence for chief')).json()) as { access: string };
    const { user_id: id, roles } = claimsOf(access) as { user_id: string; roles: string[] };
    expect(roles.toSorted()).toEqual(['editors', 'staff']);
    const { pk } =
      (JSON.parse(dumps['plain'] ?? '[]') as { model: string; pk: number; fields: { username?: string } }[]).find(
        ({ fields }) => fields.username === 'chief',
      ) ?? {};
    expect(id).toBe(String(pk));
    expect(await (await read(gateway, `/users/${id}/`, access)).json()).toMatchObject({
      username: 'chief',
      name: 'Ada chief',
      is_superuser: true,
      is_active: true,
    });
  });

  it('stay signed in: tokens that Django signed still work', async () => {
    const row = (await tables.all('users')).find(({ username }) => username === 'md5');
    const token = djangoToken(secret, { id: String(row?.['id']) });
    expect((await read(gateway, '/userInfo/', token)).status).toBe(200);
  });

  it('are recognised in every format that dumpdata writes', async () => {
    for (const kind of ['indented', 'natural', 'lines']) {
      const { tally } = await importDump(dumps[kind] ?? '');
      expect(tally, kind).toMatchObject({ added: 0, there: Object.keys(typed).length + 3, refused: 0 });
    }
  });

  it('are refused if their dump has no primary keys, and are not taken for the existing users', async () => {
    const { tally } = await importDump(dumps['keyless'] ?? '');
    expect(tally).toMatchObject({ added: 0, there: 0, refused: Object.keys(typed).length + 3 });
  });

  it('of a project’s own user model are imported with a map of fields', async () => {
    const own = ofModel('accounts.User');
    await expect(importDump(own?.dumps['plain'] ?? '')).rejects.toThrow('say --model accounts.user');
    const emptied = (own?.dumps['indented'] ?? '').replaceAll('@example.com', '@example.org').replace(/"login": "/g, '"login": "own.');
    const { tally, refused } = await importDump(emptied, {
      model: 'accounts.User',
      map: ['username=login,mobile=phone', 'attributes.nickname=nickname'],
    });
    expect([tally.refused, refused]).toEqual([0, []]);
    expect((await logIn('+8613800138000', 'a fine sentence for chief')).status).toBe(200);
    expect((await tables.all('users')).find(({ id }) => id === 'chief-id')).toMatchObject({ username: 'own.chief', x_nickname: 'boss' });
  });
});
