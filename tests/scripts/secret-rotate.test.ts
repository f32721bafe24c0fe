import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Emulator, localCredentials } from '#local/emulators/emulator.ts';
import { startParameterStore } from '#local/emulators/parameter-store.ts';
import { createStageKeys } from '#local/stage-keys.ts';
import { localEnvironment, runScript } from './run-script.ts';

const path = '/gatehouse/prod';
let store: Emulator;
let ssm: SSMClient;
beforeEach(async () => {
  store = await startParameterStore();
  ssm = new SSMClient({ endpoint: store.endpoint, region: 'eu-central-1', credentials: localCredentials });
});
afterEach(async () => {
  ssm.destroy();
  await store.stop();
});

const secretRotate = async (...parameters: string[]) =>
  await runScript('secret-rotate', { AWS_ENDPOINT_URL_SSM: store.endpoint, ...localEnvironment }, ...parameters);

const stored = async () => (await ssm.send(new GetParameterCommand({ Name: `${path}/lookup-secret`, WithDecryption: true }))).Parameter;
const secretsOf = (text = '') => (JSON.parse(text) as { secrets: { secret: string; from: number }[] }).secrets;
/** Moves every value this far into the past. */
async function waitFor(seconds: number) {
  const aged = ((await stored())?.Value ?? '').replace(/(?<="from":)[1-9]\d*/g, (at) => String(Number(at) - seconds));
  await ssm.send(new PutParameterCommand({ Name: `${path}/lookup-secret`, Value: aged, Overwrite: true }));
}
const created = () => createStageKeys({ path, algorithm: 'ES256', ssm });
const name = String.raw`[\w-]{8}`;
const minute = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d UTC`;

test('takes a stage through a whole rotation, and shows each value and its end', async () => {
  await created();
  const { Value: old = '' } = (await stored()) ?? {};
  const first = await secretRotate('--stage', 'prod');
  expect(first.code).toBe(0);
  expect(first.output).toMatch(
    new RegExp(
      `^A new value is accepted now\\.\n\nnext     ${name}  accepted, makes things from ${minute}\ncurrent  ${name}  makes things until ${minute}\n$`,
    ),
  );
  const after = await stored();
  expect([after?.Type, secretsOf(after?.Value).at(-1)]).toEqual(['SecureString', { secret: old, from: 0 }]);
  expect((await secretRotate('--stage', 'prod')).output).toMatch(/^No value is due for a change\.\n\nnext /);

  await waitFor(7200);
  expect((await secretRotate('--stage', 'prod', '--status')).output).toMatch(
    new RegExp(`^current  ${name}  makes things\nprevious ${name}  accepted until ${minute}, when the last thing made with it is dead\n$`),
  );
  const early = await secretRotate('--stage', 'prod', '--drop');
  expect([early.code, early.output]).toEqual([1, expect.stringContaining('something made with the previous value can live until')]);
  expect(secretsOf((await stored())?.Value)).toHaveLength(2);

  await waitFor(200 * 86_400);
  expect((await secretRotate('--stage', 'prod', '--status')).output).toContain('is dropped when the secret is rotated the next time');
  const last = await secretRotate('--stage', 'prod', '--drop');
  expect([last.code, last.output]).toEqual([0, expect.stringMatching(/^The previous value is dropped: /)]);
  expect((await stored())?.Value).not.toContain(old);
});

test('prints JSON for programs, and neither there nor elsewhere a value', async () => {
  await created();
  const { Value: old = '' } = (await stored()) ?? {};
  const json = await secretRotate('--stage', 'prod', '--json');
  expect(JSON.parse(json.output)).toEqual({
    stage: 'prod',
    done: 'announced',
    values: [
      { name: expect.stringMatching(/^[\w-]{8}$/), role: 'next', makes_from: expect.stringMatching(/Z$/), until: null },
      { name: expect.stringMatching(/^[\w-]{8}$/), role: 'current', makes_from: null, until: expect.stringMatching(/Z$/) },
    ],
  });
  const status = await secretRotate('--stage', 'prod', '--status', '--json');
  expect(JSON.parse(status.output)).toMatchObject({ done: 'nothing', values: [{ role: 'next' }, { role: 'current' }] });
  const text = json.output + status.output + (await secretRotate('--stage', 'prod', '--leaked')).output;
  for (const secret of [old, ...secretsOf((await stored())?.Value).map((each) => each.secret)]) expect(text).not.toContain(secret);
});

test('a leaked secret is replaced in one run, also in the middle of a rotation', async () => {
  await created();
  await secretRotate('--stage', 'prod');
  const before = secretsOf((await stored())?.Value).map(({ secret }) => secret);
  const { code, output } = await secretRotate('--stage', 'prod', '--leaked');
  expect([code, output]).toEqual([0, expect.stringMatching(/^All values are replaced: /)]);
  const after = secretsOf((await stored())?.Value);
  expect(after).toHaveLength(1);
  expect(before).not.toContain(after[0]?.secret);
});

test('while another process rotates keys it is refused', async () => {
  await created();
  const until = Math.floor(Date.now() / 1000) + 600;
  await ssm.send(new PutParameterCommand({ Name: `${path}/key-rotation`, Value: JSON.stringify({ until }), Type: 'String' }));
  const { code, output } = await secretRotate('--stage', 'prod');
  expect([code, output]).toEqual([1, expect.stringContaining('Another process is rotating the keys of prod. Try again in a minute.')]);
});

test.each([
  [[], '--stage is missing'],
  [['--stage', 'nowhere'], 'There is no stage "nowhere"'],
  [['--stage', 'local'], 'npm start -- --fresh'],
  [['--stage', 'prod', '--status', '--drop'], 'exclude each other'],
  [['--stage', 'prod', '--leaked', '--drop'], 'exclude each other'],
  [['--stage', 'prod', '--force'], "Unknown option '--force'"],
  [['--stage', 'prod'], '/gatehouse/prod/lookup-secret is not there: `npm run keys:create -- --stage …` makes it'],
])('%j is refused with advice', async (parameters, line) => {
  const { code, output } = await secretRotate(...parameters);
  expect([code, output.includes('    at ')]).toEqual([1, false]);
  expect(output).toContain(line);
});
