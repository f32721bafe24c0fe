import { parseArgs } from 'node:util';
import { SSMClient } from '@aws-sdk/client-ssm';
import { now } from '#lib/clock.ts';
import { KeyError } from '#lib/keys/key-error.ts';
import { readSecrets, rotateSecret } from '#lib/keys/rotate-secret.ts';
import { ssmRotationStore } from '#lib/keys/rotation-store.ssm.ts';
import { secretRules } from '#lib/keys/secret-rules.ts';
import { ssmSecretStore } from '#lib/keys/secret-store.ssm.ts';
import { keysPath, readService } from '#local/project.ts';
import { Refusal, runCommand } from '#local/refusal.ts';
import { secretJson, tellSecrets } from './secret-rotate/tell.ts';
import { parameterStoreFault } from './stage/parameter-store-fault.ts';
import { settingsOfStage } from './stage/settings-of-stage.ts';

const usage = `Usage: npm run secret:rotate -- --stage <stage> [--region <region>] [--status | --drop | --leaked] [--json]

Does the next step of a rotation of a stage's lookup secret, or starts one. A new value is accepted at once, and things are
made with it two hours later, when all running functions know it. The value before is accepted until everything that was made
with it is dead; a later run then drops it, and leaves only a key that recognises known devices. Uses the credentials of the
AWS command line.

  --status   show the values by name, change nothing
  --drop     only drop the previous value; refused while something made with it can live
  --leaked   replace all values now. Live codes, links, cursors, captchas and known devices end, and limits count anew. Running functions
             notice within five minutes, or within an hour if they cannot reach Parameter Store
  --json     print JSON`;

await runCommand(async () => {
  const { stage, region, status, wish, json } = parseOptions();
  const settings = { ...settingsOfStage(stage), KEYS_PATH: keysPath(stage) };
  const rules = secretRules(settings);
  const client = new SSMClient({ region });
  const store = { ...ssmSecretStore(settings, client), ...ssmRotationStore(settings, client) };
  try {
    const rotation = status
      ? ({ done: 'nothing', secrets: await readSecrets(store) } as const)
      : await rotateSecret({ store, rules, now }, wish);
    if (rotation === 'busy') throw new Refusal(`Another process is rotating the keys of ${stage}. Try again in a minute.`);
    if (json) return console.log(JSON.stringify({ stage, ...secretJson(rotation, rules, now()) }));
    for (const line of tellSecrets(rotation, rules, now(), status)) console.log(line);
  } catch (error) {
    if (!(error instanceof KeyError)) throw parameterStoreFault(error, region);
    throw new Refusal(`The lookup secret of ${stage} (${keysPath(stage)}, ${region}): ${error.message}. Nothing was changed.`);
  } finally {
    client.destroy();
  }
});

function parseOptions() {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      options: { stage: text, region: text, status: flag, drop: flag, leaked: flag, json: flag, help: flag },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    if (!values.stage) throw new Error('--stage is missing');
    if ([values.status, values.drop, values.leaked].filter(Boolean).length > 1)
      throw new Error('--status, --drop and --leaked exclude each other');
    if (values.stage === 'local') throw new Refusal('The stage local gets a new secret from npm start -- --fresh.');
    const wish = values.leaked ? 'replace' : values.drop ? 'drop' : 'step';
    return { ...values, wish, stage: values.stage, region: values.region ?? process.env['AWS_REGION'] ?? readService().region } as const;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${(error as Error).message}\n\n${usage}`);
  }
}
