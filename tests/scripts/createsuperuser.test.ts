import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { createResources } from '#local/emulators/create-resources.ts';
import { type DynamoEmulator, startDynamo } from '#local/emulators/dynamo.ts';
import { localCredentials } from '#local/emulators/emulator.ts';
import { runningEndpoints, tellEndpoints } from '#local/start/endpoints.ts';
import { lock } from '#local/start/lock.ts';
import { askForSuperuser } from '../../scripts/superuser/ask.ts';
import { openTerminal } from '../../scripts/terminal/terminal.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';
import { tableResources } from '../support/table-resources.ts';
import { localTables } from './local-stage.ts';
import { scriptEnvironment } from './script-environment.ts';

let dynamodb: DynamoEmulator;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'createsuperuser-'));
  dynamodb = await startDynamo();
  await createResources(tableResources(localTables), { dynamodb: dynamodb.endpoint, s3: dynamodb.endpoint });
}, 60_000);
afterAll(async () => {
  await dynamodb.stop();
  rmSync(folder, { recursive: true });
});

const script = new URL('../../scripts/createsuperuser.ts', import.meta.url).pathname;
const password = 'the sentence of a superuser';

async function run(parameters: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const env = {
    ...scriptEnvironment(),
    LOCAL_DIR: folder,
    BCRYPT_ROUNDS: '4',
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
    ...environment,
  };
  const child = spawn(process.execPath, [script, ...parameters], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  expect(output).not.toContain(password);
  expect(output).not.toContain('    at ');
  return { code, output };
}

describe('without a terminal', () => {
  test('makes a superuser of flags and environment, once, and prints the result', async () => {
    const parameters = ['--username', 'admin', '--email', 'admin@example.com', '--no-input'];
    expect(await run(parameters, { DJANGO_SUPERUSER_PASSWORD: password })).toEqual({
      code: 0,
      output: 'admin was made, a superuser of the stage local (on this machine).\n',
    });
    expect(await run(parameters, { DJANGO_SUPERUSER_PASSWORD: password })).toEqual({
      code: 0,
      output: 'admin is a superuser of the stage local (on this machine) already.\nThe password is unchanged.\n',
    });
    const changed = await run(['--username', 'admin', '--email', 'other@example.com'], { GATEHOUSE_SUPERUSER_PASSWORD: `${password} 2` });
    expect(changed).toEqual({
      code: 0,
      output: [
        'admin is a superuser of the stage local (on this machine) already.',
        'The password was changed, and every session of the user has ended.',
        'The e-mail address stays admin@example.com.\n',
      ].join('\n'),
    });
  });

  test('takes the names from the environment as Django does, flags before it, and answers in JSON', async () => {
    const names = { DJANGO_SUPERUSER_USERNAME: 'django', DJANGO_SUPERUSER_EMAIL: 'django@example.com' };
    const { code, output } = await run(['--noinput', '--json'], names);
    expect([code, JSON.parse(output)]).toEqual([
      0,
      { stage: 'local', id: expect.any(String), username: 'django', email: 'django@example.com', done: 'created', password: 'unusable' },
    ]);
    const flag = await run(['--json', '--username', 'flag', '--email', 'flag@example.com'], {
      ...names,
      GATEHOUSE_SUPERUSER_USERNAME: 'x',
    });
    expect(JSON.parse(flag.output)).toMatchObject({ username: 'flag' });
  });

  test.each([
    [[], {}, 'There is no terminal to ask for it: give --username, or GATEHOUSE_SUPERUSER_USERNAME.'],
    [['--no-input'], {}, 'Nothing is asked with --no-input: give --username, or GATEHOUSE_SUPERUSER_USERNAME.'],
    [['--username', 'nobody'], {}, 'email: This field is required.'],
    [['--username', '123', '--email', 'a@example.com'], {}, 'username: Enter a valid username'],
    [
      ['--username', 'weak', '--email', 'w@example.com'],
      { DJANGO_SUPERUSER_PASSWORD: 'password' },
      'password: This password is too common.',
    ],
    [['--password', 'x'], {}, 'There is no flag for the password'],
    [['--stage', 'nowhere', '--username', 'a.b'], {}, 'There is no stage "nowhere"'],
    [['--frobnicate'], {}, "Unknown option '--frobnicate'"],
    [
      ['--stage', 'prod', '--username', 'a.b'],
      { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' },
      'The stage prod has no tables in eu-central-1',
    ],
    [['--stage', 'prod', '--username', 'a.b'], { HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true' }, 'There are no AWS credentials'],
    [['--username', 'a.b'], { AWS_ENDPOINT_URL_DYNAMODB: '' }, 'start it with npm start'],
    [['--username', 'a.b'], { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' }, 'did not answer (on this machine)'],
  ])('%j is refused with advice', async (parameters, environment, line) => {
    const { code, output } = await run(parameters, environment);
    expect([code, output]).toEqual([1, expect.stringContaining(line)]);
  });

  test('who has the name already is promoted only by id or with --promote, and the problemOf says who that is', async () => {
    const plain = new DynamoDBClient({ endpoint: dynamodb.endpoint, region: 'eu-central-1', credentials: localCredentials });
    const users = dynamoUserStore(localTables, DynamoDBDocumentClient.from(plain));
    const stranger = madeUser({ username: 'boss', email: 'squatter@example.com' });
    await users.add(stranger, namesOf(stranger), registered(stranger));
    plain.destroy();
    const asked = ['--username', 'boss', '--email', 'ceo@example.com', '--no-input'];
    const { code, output } = await run(asked, { DJANGO_SUPERUSER_PASSWORD: password });
    expect([code, output]).toEqual([
      1,
      expect.stringContaining(`squatter@example.com, which nobody has proved, and the id ${stranger.id}`),
    ]);
    expect((await run([...asked, '--id', 'another'])).code).toBe(1);
    expect(await run([...asked, '--id', stranger.id])).toMatchObject({ code: 0, output: expect.stringContaining('boss is a superuser') });
  });

  test('whose e-mail address only another user vouched for is not promoted for it, and their number is named at the end', async () => {
    const plain = new DynamoDBClient({ endpoint: dynamodb.endpoint, region: 'eu-central-1', credentials: localCredentials });
    const users = dynamoUserStore(localTables, DynamoDBDocumentClient.from(plain));
    const marks = { isEmailVerified: true, isMobileVerified: true, isEmailVouched: true, isMobileVouched: true };
    const chief = madeUser({ username: 'chief', email: 'chief@example.com', ...marks });
    await users.add(chief, namesOf(chief), registered(chief));
    const asked = ['--username', 'chief', '--email', 'chief@example.com', '--no-input'];
    expect(await run(asked)).toEqual({
      code: 1,
      output: expect.stringContaining('chief@example.com, which only another user vouched for'),
    });
    const { code, output } = await run([...asked, '--id', chief.id]);
    expect([code, output]).toEqual([0, expect.stringContaining('Every session and API token of before has ended.')]);
    expect(output).toContain(`Only another user vouched for ${chief.mobile}`);
    expect((await users.get(chief.id))?.tokenEpoch).toBe(chief.tokenEpoch + 1);
    plain.destroy();
  });

  test('--help shows the usage', async () => {
    expect(await run(['--help'])).toMatchObject({ code: 0, output: expect.stringContaining('DJANGO_SUPERUSER_PASSWORD') });
  });
});

test('the tables and parameters of an npm start are known only while it has the folder', () => {
  expect(runningEndpoints(folder)).toBeUndefined();
  tellEndpoints(join(folder, 'endpoints.json'), { dynamodb, ssm: { endpoint: 'http://127.0.0.1:1' }, lambda: 'http://127.0.0.1:2' });
  expect(runningEndpoints(folder)).toBeUndefined();
  lock(join(folder, 'lock'), folder);
  expect(runningEndpoints(folder)).toEqual({ dynamodb: dynamodb.endpoint, ssm: 'http://127.0.0.1:1' });
  rmSync(join(folder, 'lock'));
  expect(runningEndpoints(folder)).toBeUndefined();
});

describe('at a terminal', () => {
  /** Answers the questions in turn, and returns the questions, the messages and the output. */
  async function talk(answers: readonly string[], { known, given = {} }: { known?: string; given?: object } = {}) {
    const [input, output] = [new PassThrough(), new PassThrough()];
    let shown = '';
    let next = 0;
    output.on('data', (chunk) => {
      shown += chunk;
      if (/: $/.test(stripVTControlCharacters(String(chunk))) && next < answers.length) {
        const answer = answers[next];
        next += 1;
        setImmediate(() => (answer === 'END' ? input.end() : input.write(`${answer}\n`)));
      }
    });
    const terminal = openTerminal({ input, output });
    try {
      const needs = {
        terminal,
        wrongWith: (_: string, typed: string) => (typed.length > 3 ? [] : ['Too short a name.']),
        wrongWithPassword: (typed: string) => (typed.length > 5 ? [] : ['Too weak.']),
        emailOf: async () => known,
      };
      const candidate = await askForSuperuser(needs, given).catch((error: Error) => error.message);
      return { candidate, shown };
    } finally {
      terminal.close();
    }
  }

  test('asks for all three, the password twice and never shown', async () => {
    const { candidate, shown } = await talk(['admin', 'admin@example.com', 'secret-1', 'secret-1']);
    expect(candidate).toEqual({ username: 'admin', email: 'admin@example.com', password: 'secret-1' });
    expect(shown).toContain('Password (again): ');
    expect(shown).not.toContain('secret');
  });

  test('asks again after an invalid answer, and says why', async () => {
    const { candidate, shown } = await talk(['x', 'admin', 'y', 'a@example.com', 'weak', 'secret-1', 'secret-2', 'secret-3', 'secret-3']);
    expect(candidate).toEqual({ username: 'admin', email: 'a@example.com', password: 'secret-3' });
    for (const line of ['Too short a name.', 'Too weak.', 'The two passwords differ.']) expect(shown).toContain(line);
    expect(shown).not.toContain('secret');
  });

  test('asks only for what is not given', async () => {
    expect((await talk([], { given: { username: 'admin', email: 'a@example.com', password: 'secret-1' } })).candidate).toEqual({
      username: 'admin',
      email: 'a@example.com',
      password: 'secret-1',
    });
  });

  test('keeps the password of an existing user if none is typed', async () => {
    const { candidate, shown } = await talk(['admin', 'b@example.com', ''], { known: 'a@example.com' });
    expect(candidate).toEqual({ username: 'admin', email: 'b@example.com', password: undefined });
    const meant = await talk(['admin', ''], { known: 'a@example.com', given: { promote: 'an-id' } });
    expect(meant.candidate).toEqual({ username: 'admin', email: 'a@example.com', password: undefined, promote: 'an-id' });
    expect(shown).toContain('admin already exists');
  });

  test('does nothing if the input ends', async () => {
    expect((await talk(['admin', 'END'])).candidate).toContain('Nothing was changed.');
  });
});
