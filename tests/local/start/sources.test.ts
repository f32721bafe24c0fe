import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { copyProject, type ProjectCopy } from '../../support/project-copy.ts';
import { type Started, startProject } from '../../support/started.ts';

const patience = { timeout: 300_000 };

describe('npm start', patience, () => {
  let project: ProjectCopy;
  let started: Started;

  beforeAll(async () => {
    project = copyProject();
    started = await startProject({ project: project.folder });
  }, patience.timeout);
  afterAll(async () => {
    await started?.stop();
    project?.remove();
  }, patience.timeout);

  const call = (path: string, init?: RequestInit) => fetch(`${started.url}${path}`, init);
  const json = (body: string): RequestInit => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const wrongLogin = async () =>
    ((await (await call('/login/', json('{"username":"nobody","password":"x"}'))).json()) as { detail: string }).detail;

  /** Changes files, and waits until the terminal says what came of it. */
  async function save(change: () => void, says: string | RegExp): Promise<string> {
    const from = started.output().length;
    change();
    await started.shows(says, from);
    return started.output().slice(from);
  }
  const anew = /serves again after \d+ ms/;

  describe('an edit', () => {
    const touched = [
      'lib/wording.ts',
      'functions/meta/health.ts',
      'functions/auth/functions.yml',
      'stages.yml',
      'project/hooks.ts',
      'project/messages.ts',
      'project/attributes.ts',
    ];
    afterEach(async () => {
      for (const file of touched) {
        if (readFileSync(join(project.folder, file), 'utf8') === readFileSync(file, 'utf8')) continue;
        await save(() => project.restore(file), anew);
      }
    });

    it('of a sentence in lib/wording.ts is answered without a restart', async () => {
      const said = 'No active account found with the given credentials';
      expect(await wrongLogin()).toBe(said);
      await save(() => project.edit('lib/wording.ts', said, 'We do not know you'), anew);
      expect(await wrongLogin()).toBe('We do not know you');
    });

    it('that breaks a file is shown with file and line, and the earlier answer goes on until it is fixed', async () => {
      const shown = await save(
        () => project.edit('lib/wording.ts', 'export ', 'const broken: = 1;\nexport '),
        'goes on until this is fixed',
      );
      expect(shown).toMatch(/✗ lib\/wording\.ts:\d+ {2}SyntaxError: .*\n[\s\S]*\n {4}const broken: = 1;\n\s+\^/);
      expect((await call('/health/')).status).toBe(200);
      expect(await wrongLogin()).toBe('No active account found with the given credentials');
      await save(() => project.restore('lib/wording.ts'), anew);
    });

    it('that declares a name twice, which Node itself does not locate, is shown with file and line as well', async () => {
      const shown = await save(
        () => project.edit('project/hooks.ts', 'export const hooks', 'const hooks = 1;\nexport const hooks'),
        'is fixed',
      );
      expect(shown).toMatch(/✗ project\/hooks\.ts:\d+ {2}SyntaxError: Identifier 'hooks' has already been declared/);
    });

    it('that throws while it is loaded is shown with the line that throws', async () => {
      const shown = await save(() => project.write('functions/meta/health.ts', "\nthrow new TypeError('not today');\n"), 'is fixed');
      expect(shown).toContain('✗ functions/meta/health.ts:2:7  TypeError: not today');
    });

    it('of stages.yml changes settings, and a setting that does not exist is refused with the name that was meant', async () => {
      const login = json('{"username":"nobody","password":"x"}');
      await save(
        () => project.edit('stages.yml', '    LOGIN_RATE_ADDRESS: 10000/15m', '    LOGIN_RATE_ADDRESS: 10000/15m\n    API_PREFIX: /v1'),
        anew,
      );
      expect([(await call('/v1/login/', login)).status, (await call('/login/', login)).status]).toEqual([401, 404]);
      const shown = await save(() => project.edit('stages.yml', 'API_PREFIX: /v1', 'API_PREFX: /v2'), 'is fixed');
      expect(shown).toContain('API_PREFX is not a known setting. Did you mean API_PREFIX?');
      expect((await call('/v1/login/', login)).status).toBe(401);
    });

    it('of a functions.yml moves a route, and one that is no YAML is shown with file and line', async () => {
      await save(() => project.edit('functions/auth/functions.yml', 'path: /login/', 'path: /let-me-in/'), anew);
      expect([(await call('/let-me-in', json('{}'))).status, (await call('/login', json('{}'))).status]).toEqual([400, 404]);
      const shown = await save(() => project.edit('functions/auth/functions.yml', 'login:', 'login: ['), 'is fixed');
      expect(shown).toMatch(/✗ functions\/auth\/functions\.yml cannot be read: .* at line \d+, column \d+/);
      expect((await call('/let-me-in', json('{}'))).status).toBe(400);
    });

    it('of hooks.ts, messages.ts or attributes.ts takes effect at once, and one with a contradiction is refused', async () => {
      for (const file of ['project/hooks.ts', 'project/messages.ts', 'project/attributes.ts']) {
        await save(() => project.write(file, `${readFileSync(file, 'utf8')}\n// saved\n`), `${file}: serves again`);
      }
      const shown = await save(() => project.write('project/hooks.ts', 'export const hooks = { LOGIN_ANSWER: 3 } as never;\n'), 'is fixed');
      expect(shown).toContain('LOGIN_ANSWER in hooks.ts has to be made with fields');
    });

    it('of serverless.yml or the plugins takes effect at the next start, and the terminal says so', async () => {
      await save(
        () => project.write('resources/environment.yml', readFileSync('resources/environment.yml', 'utf8')),
        'takes effect at the next start',
      );
    });

    it('lets a request that is under way be finished by the code that began it', async () => {
      const answer = (ms: number, word: string) =>
        project.write(
          'functions/meta/health.ts',
          `const wait = new Promise((done) => setTimeout(done, ${ms}));\nexport const handler = async () => { await wait; return { statusCode: 200, body: '${word}' }; };\n`,
        );
      await save(() => answer(1500, 'slow'), anew);
      const slow = call('/health/');
      await save(() => answer(0, 'quick'), anew);
      expect(await (await call('/health/')).text()).toBe('quick');
      expect(await (await slow).text()).toBe('slow');
    });
  });

  it('is told when a module never finishes loading, and the file that fixes it takes effect all the same', async () => {
    const from = started.output().length;
    project.write(
      'functions/meta/health.ts',
      'await new Promise((done) => setTimeout(done, 1e9));\nexport const handler = () => undefined;\n',
    );
    await started.shows('functions/meta/health.ts: still loading', from);
    expect((await call('/health/')).status).toBe(200);
    await save(() => project.restore('functions/meta/health.ts'), anew);
    expect((await call('/health/')).status).toBe(200);
  });

  it('reloads few times after many saves in a row, and serves the last of them', async () => {
    const from = started.output().length;
    for (let count = 0; count < 30; count += 1)
      project.write('functions/meta/health.ts', `${readFileSync('functions/meta/health.ts', 'utf8')}// ${count}\n`);
    await started.shows(anew, from);
    await save(() => project.restore('functions/meta/health.ts'), anew);
    expect(started.output().slice(from).split('serves again').length).toBeLessThan(10);
  });

  it('survives a link that points to one of its own parents', async () => {
    symlinkSync('.', join(project.folder, 'functions', 'loop'));
    await save(() => project.write('functions/meta/health.ts', `${readFileSync('functions/meta/health.ts', 'utf8')}// saved\n`), anew);
    rmSync(join(project.folder, 'functions', 'loop'));
    await save(() => project.restore('functions/meta/health.ts'), anew);
  });

  describe('a function', () => {
    const health = (code: string) => save(() => project.write('functions/meta/health.ts', code), anew);
    afterEach(async () => {
      await save(() => project.restore('functions/meta/health.ts'), anew);
    });

    it('that takes longer than it has on AWS is a 504 problem, and others are answered meanwhile', async () => {
      await health('export const handler = () => new Promise(() => {});\n');
      const late = call('/health/');
      expect((await call('/nope')).status).toBe(404);
      expect(await wrongLogin()).toContain('No active account');
      const answer = await late;
      expect([answer.status, answer.headers.get('content-type')]).toEqual([504, 'application/problem+json']);
      expect(await answer.json()).toMatchObject({ status: 504, code: 'function_timed_out', detail: expect.stringContaining('health') });
    });

    it('that never leaves a loop is a 504 problem too, and the next request is answered', async () => {
      await health("let first = true;\nexport const handler = () => { while (first) { /* for ever */ } return 'unreachable'; };\n");
      expect((await call('/health/')).status).toBe(504);
      await save(() => project.restore('functions/meta/health.ts'), anew);
      expect((await call('/health/')).status).toBe(200);
      await health("export const handler = async () => ({ statusCode: 200, body: '' });\n");
    });

    it('that throws is a 500 problem, and the terminal names the line of its source', async () => {
      await health("\n\nexport const handler = async () => {\n  throw new RangeError('out of range');\n};\n");
      const from = started.output().length;
      const answer = await call('/health/');
      expect([answer.status, await answer.json()]).toMatchObject([500, { code: 'function_failed' }]);
      await started.shows('functions/meta/health.ts:4:9  RangeError: out of range', from);
      expect(started.log()).toContain('RangeError: out of range');
    });

    it('that ends the process, or leaves a rejected promise behind, does not take the server along', async () => {
      await health('export const handler = () => process.exit(3);\n');
      expect((await call('/health/')).status).toBe(500);
      await expect.poll(async () => (await call('/nope')).status).toBe(404);
      await health(
        "export const handler = async () => { void Promise.reject(new Error('stray')); return { statusCode: 200, body: 'well' }; };\n",
      );
      const from = started.output().length;
      expect(await (await call('/health/')).text()).toBe('well');
      await started.shows('stray', from);
      expect((await call('/health/')).status).toBe(200);
    });

    it.each([
      ["{ statusCode: 101, body: '' }", 'check statusCode'],
      ["{ statusCode: 999, body: '' }", 'check statusCode'],
      ["{ statusCode: 200, headers: { 'x-a': 'a\\r\\nx-evil: 1' }, body: '' }", 'headers'],
      ["{ statusCode: 200, headers: { 'x a': 'a' }, body: '' }", 'headers'],
      ["{ statusCode: 200, cookies: ['a=b\\r\\nx: y'], body: '' }", 'cookies'],
      ["{ statusCode: 200, body: 'x'.repeat(7_000_000) }", 'larger than 6 MB'],
    ])('that answers %s gets a 500 problem that says what is wrong', async (answer, says) => {
      await health(`export const handler = async () => (${answer});\n`);
      const response = await call('/health/');
      expect([response.status, response.headers.get('x-evil')]).toEqual([500, null]);
      expect(await response.json()).toMatchObject({ code: 'function_failed', detail: expect.stringContaining(says) });
      expect(started.log()).toContain('health: its answer');
    });

    it('that throws what cannot be described is a 500 problem', async () => {
      await health('export const handler = async () => { throw { toString() { throw new Error(); } }; };\n');
      expect((await call('/health/')).status).toBe(500);
    });

    it('writes lines with a time to the log', async () => {
      await health("export const handler = async () => { console.log('a line of mine'); return { statusCode: 200, body: '' }; };\n");
      await call('/health/');
      expect(started.log()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z a line of mine$/m);
      expect(started.log()).toMatch(/^\{"time":"\d{4}-\d\d-\d\dT[\d:.]+Z","level":"info","event":"request",.*"route":"login"/m);
    });
  });

  describe('is as strict as AWS', () => {
    it('gives no CORS headers to an origin that is not listed, and the terminal names it once, with the setting that would allow it', async () => {
      for (const _ of [1, 2]) {
        const refused = await call('/health/', { headers: { origin: 'https://evil.example' } });
        expect([...refused.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
      }
      await started.shows('"https://evil.example" is refused: to let it in, add it to CORS_ORIGINS of the stage local in stages.yml');
      expect(started.output().split('evil.example')).toHaveLength(2);
      const preflight = await call('/login/', {
        method: 'OPTIONS',
        headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
      });
      expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, null]);
    });

    it.each(['http://localhost:4321', 'http://127.0.0.1:8081', 'http://localhost'])(
      'lists %s, as every port of this machine',
      async (origin) => {
        const answer = await call('/health/', { headers: { origin } });
        expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
        expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
      },
    );

    it.each(['false', '0', 'null', '""', 'true', '[]', '1e999', '{', '{"name":'])('answers 400 for the JSON body %s', async (body) => {
      const answer = await call('/register/', json(body));
      expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    });

    it('answers an unknown path as the gateway does, which names no framework and no routes', async () => {
      for (const [method, path] of [
        ['GET', '/nope'],
        ['GET', '/login/'],
        ['DELETE', '/health/'],
        ['GET', '//'],
        ['GET', '/users//'],
      ]) {
        const answer = await call(path as string, { method: method as string });
        expect([path, answer.status, await answer.text()]).toEqual([path, 404, '{"message":"Not Found"}']);
      }
    });

    it('knows a path with and without the slash as deployed', async () => {
      expect((await call('/health')).status).toBe(200);
      expect((await call('/users/x/avatar/upload/', { method: 'POST' })).status).toBe(404);
    });

    it('lets no header override the authorizer, and answers its refusals as problems', async () => {
      const override = JSON.stringify({ isAuthorized: true, sub: 'x', context: { sub: 'x' } });
      const answer = await call('/userInfo/', { headers: { 'sls-offline-authorizer-override': override, authorization: 'Bearer x.y.z' } });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([401, 'application/problem+json']);
      expect((await call('/userInfo/', { headers: { 'sls-offline-authorizer-override': override } })).status).toBe(401);
    });

    it('takes headers as API Gateway hands them on, in lower case, and refuses more than 10 kB of them', async () => {
      expect((await rawStatus(started.port, { ACCEPT: 'application/json' })) === 200).toBe(true);
      expect(await rawStatus(started.port, { 'x-long': 'x'.repeat(10_300) })).toBe(431);
    });

    it('answers a fault of the authorizer with a problem document that names it', async () => {
      await save(
        () => project.write('functions/authorizer.ts', "export const handler = async () => { throw new Error('no keys'); };\n"),
        anew,
      );
      const answer = await call('/userInfo/', { headers: { authorization: 'Bearer x.y.z' } });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([500, 'application/problem+json']);
      expect(await answer.json()).toMatchObject({ code: 'function_failed', detail: expect.stringContaining('authorizer') });
      await save(() => project.restore('functions/authorizer.ts'), anew);
    });
  });

  it('answers fifty registrations, logins and uploads at once, each with its own answer', async () => {
    const people = Array.from({ length: 50 }, (_, index) => ({
      username: `p${index}`,
      email: `p${index}@example.com`,
      password: `orange-kettle-${index}`,
    }));
    const post = (path: string, body: object) => call(path, json(JSON.stringify(body)));
    const registered = await Promise.all(
      people.map((each) => post('/register/', { name: 'P', ...each, password_confirmation: each.password })),
    );
    expect(registered.map(({ status }) => status)).toEqual(people.map(() => 201));
    const again = await Promise.all(people.map((each) => post('/register/', { name: 'P', ...each, password_confirmation: each.password })));
    expect(again.map(({ status }) => status)).toEqual(people.map(() => 400));
    const signedIn = await Promise.all(
      people.map(async ({ username, password }) => await (await post('/login/', { username, password })).json()),
    );
    const picture = new Blob([readFileSync('tests/fixtures/photograph.jpg')], { type: 'image/jpeg' });
    const uploaded = await Promise.all(
      (signedIn as { data: { user_id: string; access_token: string } }[]).map(({ data }) => {
        const body = new FormData();
        body.set('avatar', picture, 'p.jpg');
        return call(`/users/${data.user_id}/avatar/upload`, {
          method: 'POST',
          headers: { authorization: `Bearer ${data.access_token}` },
          body,
        });
      }),
    );
    expect(uploaded.map(({ status }) => status)).toEqual(people.map(() => 200));
  });

  it('offers Lambda’s own API as serverless offline does, for aws lambda invoke and for no web page', async () => {
    const { lambda } = JSON.parse(readFileSync(join(started.data, 'endpoints.json'), 'utf8'));
    const event = { requestContext: { http: { method: 'GET', sourceIp: '127.0.0.1' } }, headers: {} };
    const answer = await fetch(`${lambda}/2015-03-31/functions/gatehouse-local-health/invocations`, {
      method: 'POST',
      body: JSON.stringify(event),
    });
    expect([answer.status, await answer.json()]).toMatchObject([200, { statusCode: 200, body: '{"status":"ok"}' }]);
    for (const headers of [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }, { host: 'evil.example' }]) {
      const { port } = new URL(lambda);
      const path = '/2015-03-31/functions/gatehouse-local-health/invocations';
      expect(await rawStatus(Number(port), headers as Record<string, string>, path)).toBe(404);
    }
  });
});

function rawStatus(port: number, headers: Record<string, string>, path = '/health/'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, method: path === '/health/' ? 'GET' : 'POST', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });
}
