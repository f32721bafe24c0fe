import { parseArgs } from 'node:util';
import { SSMClient } from '@aws-sdk/client-ssm';
import { now } from '#lib/clock.ts';
import { KeyError } from '#lib/keys/key-error.ts';
import { newSigningKey } from '#lib/keys/new-key.ts';
import { readKeyRing, rotateKeys } from '#lib/keys/rotate-keys.ts';
import { rotationRules } from '#lib/keys/rotation-rules.ts';
import { ssmRotationStore } from '#lib/keys/rotation-store.ssm.ts';
import { keysPath, readService } from '#local/project.ts';
import { Refusal, runCommand } from '#local/refusal.ts';
import { tellKeys, tellStep } from './keys-rotate/tell.ts';
import { parameterStoreFault } from './stage/parameter-store-fault.ts';
import { settingsOfStage } from './stage/settings-of-stage.ts';

const usage = `Usage: npm run keys:rotate -- --stage <stage> [--region <region>] [--status] [--now] [--remove <kid>]…

Does the next step of a stage's key rotation, or starts one: the next key is published, signs after KEY_PROPAGATION, and the
earlier key stays published until its last token has expired. Each step is a run of this command, or of the function
keysRotate, which runs once a day. Uses the credentials of the AWS command line.

  --status          show the keys, change nothing
  --now             the next key signs at once. Until readers know it, requests with new tokens fail (401): in running
                    functions for up to KEY_CACHE, elsewhere for as long as jwks.json is cached
  --remove <kid>    remove a leaked key: its tokens are dead within KEY_CACHE, and their users sign in again. Removing
                    the key that signs needs --now`;

await runCommand(async () => {
  const { stage, region, status, now: isUrgent, remove } = parseOptions();
  const settings = settingsOfStage(stage);
  const rules = rotationRules(settings);
  const client = new SSMClient({ region });
  const store = ssmRotationStore({ ...settings, KEYS_PATH: keysPath(stage) }, client);
  const show = (lines: string[]) => console.log(lines.join('\n'));
  try {
    if (status) return show(tellKeys(await readKeyRing(store), rules, now()));
    const needs = { store, rules, makeKey: () => newSigningKey(settings.ALGORITHM), now };
    const rotation = await rotateKeys(needs, { begin: true, now: isUrgent, remove });
    if (rotation === 'busy') throw new Refusal(`Another process is rotating the keys of ${stage}. Try again in a minute.`);
    const told = rotation.done.flatMap((step) => tellStep(step) ?? []);
    show([...(told.length > 0 ? told : ['No key is due for a change.']), '', ...tellKeys(rotation.ring, rules, now())]);
  } catch (error) {
    if (!(error instanceof KeyError)) throw parameterStoreFault(error, region);
    const hint = status ? '' : ' Run it again with --status to see them.';
    throw new Refusal(`The keys of ${stage} (${keysPath(stage)}, ${region}): ${error.message}.${hint}`);
  } finally {
    client.destroy();
  }
});

function parseOptions() {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: withBoundNames(process.argv.slice(2)),
      options: { stage: text, region: text, status: flag, now: flag, remove: { ...text, multiple: true, default: [] }, help: flag },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    if (!values.stage) throw new Error('--stage is missing');
    if (values.status && (values.now || values.remove.length > 0)) throw new Error('--status changes nothing: omit --now and --remove');
    if (values.stage === 'local')
      throw new Refusal('The stage local rotates its keys while npm start runs. To make new ones: npm start -- --fresh');
    return { ...values, stage: values.stage, region: values.region ?? process.env['AWS_REGION'] ?? readService().region };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${(error as Error).message}\n\n${usage}`);
  }
}

/** One key id in 64 begins with a hyphen (base64url), and `--remove <kid>` would read it as an option. */
function withBoundNames(words: readonly string[]): string[] {
  const isName = (index: number) => words[index - 1] === '--remove';
  return words.flatMap((word, index) => {
    if (isName(index)) return [];
    return word === '--remove' && index + 1 < words.length ? [`--remove=${words[index + 1]}`] : [word];
  });
}
