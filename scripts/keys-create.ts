import { parseArgs } from 'node:util';
import { SSMClient } from '@aws-sdk/client-ssm';
import { givenSigningKey } from '#local/given-key.ts';
import { keysPath, readService } from '#local/project.ts';
import { Refusal, runCommand } from '#local/refusal.ts';
import { createStageKeys } from '#local/stage-keys.ts';
import { keyInFile } from './stage/key-file.ts';
import { parameterStoreFault } from './stage/parameter-store-fault.ts';
import { settingsOfStage } from './stage/settings-of-stage.ts';

const usage = `Usage: npm run keys:create -- --stage <stage> [--from <file> | --if-missing] [--region <region>]

Makes the key pair and the secret of a deployed stage once, and stores them in Parameter Store with the credentials of the
AWS command line. The algorithm is ALGORITHM of the stage in stages.yml. Existing keys are never changed.

  --from <file>     sign with the key in this file: a private key as PEM or JWK, or for HS the text of the secret
  --if-missing      succeed if the keys are there already, for pipelines that run this before each deployment`;

await runCommand(async () => {
  const { stage, region, from, isEnoughToExist } = parseOptions();
  const algorithm = settingsOfStage(stage).ALGORITHM;
  const path = keysPath(stage);
  const given = from === undefined ? undefined : await keyInFile(from, (text) => givenSigningKey(text, algorithm));
  const ssm = new SSMClient({ region });
  const outcome = await createStageKeys({ path, algorithm, ssm, ...(given && { signingKey: given }) }).catch((error: unknown) => {
    throw parameterStoreFault(error, region);
  });
  if (outcome === 'existed') {
    const line = `The stage ${stage} already has its keys, in ${path} (${region}). Nothing was changed.`;
    if (!isEnoughToExist) throw new Refusal(line);
    return console.log(line);
  }
  console.log(`The stage ${stage} has its keys now, in ${path} (${region}): signing-key, verification-keys, lookup-secret.`);
  if (from) console.log(`It signs with the key from ${from}. Delete the file now.`);
});

function parseOptions() {
  try {
    const { values } = parseArgs({
      options: {
        stage: { type: 'string' },
        from: { type: 'string' },
        'if-missing': { type: 'boolean', default: false },
        region: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    if (!values.stage) throw new Error('--stage is missing');
    if (values.stage === 'local') throw new Refusal('The stage local gets its keys from npm start.');
    const { stage, from, 'if-missing': isEnoughToExist } = values;
    if (from !== undefined && isEnoughToExist)
      throw new Error('--from and --if-missing exclude each other: the given key might not be used');
    return { stage, from, isEnoughToExist, region: values.region ?? process.env['AWS_REGION'] ?? readService().region };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${(error as Error).message}\n\n${usage}`);
  }
}
