import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MadeApi, madeApi } from './made-api.ts';

const inModule = (body: string) => `exports.handler = async (event, context) => (${body});`;

let api: MadeApi;
beforeAll(async () => {
  api = await madeApi({
    functions: {
      environment: { source: inModule('process.env'), variables: { STAGE: 'dev', BUCKET: { Ref: 'Media' } }, memory: 256 },
      context: { source: inModule('[context.functionName, context.awsRequestId, context.getRemainingTimeInMillis()]'), timeout: 5 },
      where: { source: inModule(`({ pid: process.pid, thread: require('node:worker_threads').threadId })`) },
      native: { source: inModule('process.pid'), files: { 'node_modules/some/build.node': 'native' } },
      count: {
        source: `let busy = 0; exports.handler = async () => {
          busy += 1; await new Promise((resolve) => setTimeout(resolve, 40)); const seen = busy; busy -= 1; return seen + ' ' + process.env.AWS_ACCESS_KEY_ID;
        };`,
      },
      outside: { source: `exports.handler = async () => Object.keys(require('valibot'));` },
      broken: { source: `throw new Error('cannot start');` },
      unhandled: { source: `exports.handler = () => { setTimeout(() => { throw new Error('later'); }); return new Promise(() => {}); };` },
      rejected: { source: `exports.handler = () => { Promise.reject(new Error('lost')); return new Promise(() => {}); };` },
      hungry: {
        source: `exports.handler = async () => { const all = []; for (;;) all.push(new Array(1e6).fill(Math.random())); };`,
        memory: 64,
      },
      talkative: {
        source: `console.log('{"level":"info","event":"loaded"}'); exports.handler = async () => { console.log('plain'); console.error('{"a":1}'); };`,
      },
      module: { source: '', files: { 'src/index.mjs': 'export const handler = async () => import.meta.url.endsWith(".mjs");' } },
    },
    resources: { Media: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'made-media' } } },
  });
});
afterAll(() => api.stop());

const run = async (name: string, event: unknown = {}) => {
  const outcome = await api.functions.invoke(name, event);
  return outcome.kind === 'returned' ? JSON.parse(outcome.payload) : outcome;
};

describe('an instance of a function', () => {
  it('has the environment of its template, what Lambda adds, and nothing of this machine', async () => {
    const environment = await run('environment');
    expect(environment).toMatchObject({
      STAGE: 'dev',
      BUCKET: 'made-media',
      AWS_REGION: 'eu-central-1',
      AWS_LAMBDA_FUNCTION_NAME: 'made-dev-environment',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
      TZ: ':UTC',
      _HANDLER: 'src/index.handler',
    });
    for (const name of ['PATH', 'HOME', 'NODE_OPTIONS', 'VITEST']) expect(environment).not.toHaveProperty(name);
  });

  it('gets its name and its remaining time', async () => {
    const [name, id, left] = await run('context');
    expect(name).toBe('made-dev-context');
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(left).toBeGreaterThan(4000);
    expect(left).toBeLessThanOrEqual(5000);
  });

  it('can be named as in serverless.yml, as on AWS, or by its ARN', async () => {
    for (const name of ['where', 'made-dev-where', 'arn:aws:lambda:eu-central-1:000000000000:function:made-dev-where']) {
      expect(await run(name)).toMatchObject({ thread: expect.any(Number) });
    }
    await expect(run('nowhere')).rejects.toThrow('there is no function nowhere');
  });

  it('is a thread, or a process if the zip has native code', async () => {
    expect((await run('where')).pid).toBe(process.pid);
    expect(await run('native')).not.toBe(process.pid);
  });

  it('finds nothing that is not in its zip', async () => {
    expect(await run('outside')).toMatchObject({
      kind: 'threw',
      error: { errorMessage: expect.stringContaining("Cannot find module 'valibot'") },
    });
  });

  it('serves one request at a time, beside at most three others; the rest waits', async () => {
    const answers: string[] = await Promise.all(Array.from({ length: 12 }, () => run('count')));
    expect(new Set(answers.map((answer) => answer.split(' ')[0]))).toEqual(new Set(['1']));
    expect(new Set(answers).size).toBe(4);
    expect(answers).toHaveLength(12);
  });

  it('is used again while it is warm', async () => {
    expect((await run('where')).thread).toBe((await run('where')).thread);
  });

  it('that cannot load fails its request, and so does the next one', async () => {
    for (const _ of [1, 2]) expect(await run('broken')).toMatchObject({ kind: 'threw', error: { errorMessage: 'cannot start' } });
    expect(api.functions.logs('broken').map(({ text }) => text)).toContain('Error: cannot start');
  });

  it.each(['unhandled', 'rejected'])('ends by an uncaught error (%s)', async (name) => {
    expect(await run(name)).toMatchObject({ kind: 'threw', error: { errorMessage: name === 'unhandled' ? 'later' : 'lost' } });
  });

  it('ends if it needs more memory than it has', async () => {
    expect(await run('hungry')).toMatchObject({ kind: 'threw' });
  });

  it('leaves its log lines where a test finds them, by request, before the answer', async () => {
    await run('talkative');
    expect(api.functions.logs('talkative')).toEqual([
      { invocation: 'init', text: '{"level":"info","event":"loaded"}', json: { level: 'info', event: 'loaded' } },
      { invocation: expect.stringMatching(/-/), text: 'plain' },
      { invocation: expect.stringMatching(/-/), text: '{"a":1}', json: { a: 1 } },
    ]);
  });

  it('may be an ES module', async () => {
    const alone = await madeApi({
      functions: { module: { source: '', files: { 'src/index.cjs': '', 'src/index.mjs': 'export const handler = async () => 1;' } } },
    });
    alone.functions.stop();
    await alone.stop();
    expect(await run('module')).toBe(true);
  });

  it('starts again with other settings on request', async () => {
    await run('environment');
    api.functions.restart({ STAGE: 'other' });
    expect((await run('environment')).STAGE).toBe('other');
    api.functions.restart({});
    expect((await run('environment')).STAGE).toBe('dev');
  });

  it('uses warm instances again that have the current settings', async () => {
    const warm = (await run('environment')).AWS_ACCESS_KEY_ID;
    api.functions.use({ STAGE: 'other' });
    expect((await run('environment')).STAGE).toBe('other');
    api.functions.use({});
    expect(await run('environment')).toMatchObject({ STAGE: 'dev', AWS_ACCESS_KEY_ID: warm });
  });

  it('is one of a maximum number: the longest idle one makes room', async () => {
    const source = inModule('process.env.AWS_ACCESS_KEY_ID');
    const crowded = await madeApi({ functions: { a: { source }, b: { source }, c: { source } } }, { inAll: 2 });
    const key = async (name: string) => {
      const outcome = await crowded.functions.invoke(name, {});
      return outcome.kind === 'returned' ? JSON.parse(outcome.payload) : outcome;
    };
    const [a, b] = [await key('a'), await key('b')];
    expect(await key('a')).toBe(a);
    await key('c');
    expect([await key('a'), (await key('b')) === b]).toEqual([a, false]);
    await crowded.stop();
  });

  it('is forgotten with its log and its runs; one stays warm', async () => {
    const warm = (await run('environment')).AWS_ACCESS_KEY_ID;
    api.functions.use({ STAGE: 'other' });
    api.functions.forget();
    expect([api.functions.logs('talkative'), api.functions.invocations('environment')]).toEqual([[], 0]);
    expect(await run('environment')).toMatchObject({ STAGE: 'dev', AWS_ACCESS_KEY_ID: warm });
  });
});
