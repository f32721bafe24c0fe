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

const keysRotate = async (...parameters: string[]) =>
  await runScript('keys-rotate', { AWS_ENDPOINT_URL_SSM: store.endpoint, ...localEnvironment }, ...parameters);

const read = async (name: string) =>
  (await ssm.send(new GetParameterCommand({ Name: `${path}/${name}`, WithDecryption: true }))).Parameter?.Value ?? '';
const signing = async () => (JSON.parse(await read('signing-key')) as { kid: string }).kid;
/** Moves the last change of the keys this far into the past. */
async function waitFor(seconds: number) {
  const aged = (await read('verification-keys')).replace(/(?<="(?:published|retired)_at":)\d+/g, (at) => String(Number(at) - seconds));
  await ssm.send(new PutParameterCommand({ Name: `${path}/verification-keys`, Value: aged, Overwrite: true }));
}
const minute = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d UTC`;

test('takes a stage through a whole rotation, and shows each step and the next one', async () => {
  await createStageKeys({ path, algorithm: 'ES256', ssm });
  const old = await signing();

  const first = await keysRotate('--stage', 'prod');
  const next = /^next +(\S+)/m.exec(first.output)?.[1];
  expect(first.code).toBe(0);
  expect(first.output).toMatch(
    new RegExp(
      `^${old} had no date: its age counts from now.\n${next} is published now.\n\nnext     ${next}  ES256 may sign from ${minute}\ncurrent  ${old}  ES256 published since ${minute}, the next key is made after ${minute}\n$`,
    ),
  );
  expect((await keysRotate('--stage', 'prod')).output).toMatch(/^No key is due for a change\.\n\nnext /);

  await waitFor(7200);
  expect((await keysRotate('--stage', 'prod', '--status')).output).toContain('signs when keys are rotated the next time');
  expect(await signing()).toBe(old);
  const second = await keysRotate('--stage', 'prod');
  expect(second.output).toMatch(
    new RegExp(
      `^${next} signs now.\n${old} signs no more.\n\ncurrent  ${next} .*\nprevious ${old}  ES256 its tokens live until ${minute}\n$`,
    ),
  );
  expect(await signing()).toBe(next);

  await waitFor(31 * 86_400);
  const third = await keysRotate('--stage', 'prod', '--status');
  expect(third.output).toContain(`previous ${old}`);
  expect((await keysRotate('--stage', 'prod')).output).toContain(`${old} is removed: tokens of it are dead.`);
});

test('a leaked key is replaced and removed in one run, and no private key is printed', async () => {
  await createStageKeys({ path, algorithm: 'ES256', ssm });
  const leaked = await signing();
  const { code, output } = await keysRotate('--stage', 'prod', '--now', '--remove', leaked);
  expect(code).toBe(0);
  expect(output).toContain(`${leaked} is removed: tokens of it are dead.`);
  expect(await read('verification-keys')).not.toContain(leaked);
  expect(output).not.toContain(JSON.parse(await read('signing-key')).d);
});

test.each([
  [[], '--stage is missing'],
  [['--stage', 'nowhere'], 'There is no stage "nowhere"'],
  [['--stage', 'local'], 'rotates its keys while npm start runs'],
  [['--stage', 'prod', '--status', '--now'], '--status changes nothing'],
  [['--stage', 'prod', '--force'], "Unknown option '--force'"],
  [['--stage', 'prod'], '/gatehouse/prod/signing-key is not there: `npm run keys:create -- --stage …` makes it'],
])('%j is refused with advice', async (parameters, line) => {
  const { code, output } = await keysRotate(...parameters);
  expect([code, output.includes('    at ')]).toEqual([1, false]);
  expect(output).toContain(line);
});

test('an unknown key is refused with the known ones, and so is the key that signs', async () => {
  await createStageKeys({ path, algorithm: 'ES256', ssm });
  const kid = await signing();
  expect((await keysRotate('--stage', 'prod', '--remove', '-dBqed')).output).toContain('no key -dBqed is published'); // one name in 64 begins so
  expect((await keysRotate('--stage', 'prod', '--remove', 'nobody')).output).toContain(`no key nobody is published; there are ${kid}`);
  expect((await keysRotate('--stage', 'prod', '--remove', kid)).output).toContain('it can go only when another one signs at once');
});
