import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { SSMClient } from '@aws-sdk/client-ssm';
import { readStageSettings } from '../plugins/stage-settings.ts';
import { givenSigningKey } from './given-key.ts';
import { keysPath, readService, readStages } from './project.ts';
import { Refusal, runCommand } from './refusal.ts';
import { createStageKeys } from './stage-keys.ts';

const usage = `Usage: npm run keys:create -- --stage <stage> [--from <file>] [--region <region>]

Makes the key pair and the secret of a deployed stage, once, and puts them into Parameter Store with the credentials that the
AWS command line would use. The algorithm is ALGORITHM of the stage in stages.yml. What is there already is never changed.

  --from <file>     sign with the key in this file: a private key as PEM or JWK, or for HS the text of the secret`;

await runCommand(async () => {
  const { stage, region, from } = parseOptions();
  const algorithm = algorithmOf(stage);
  const path = keysPath(stage);
  const given = from === undefined ? undefined : await givenSigningKey(await read(from), algorithm);
  const ssm = new SSMClient({ region });
  const outcome = await createStageKeys({ path, algorithm, ssm, ...(given && { signingKey: given }) }).catch((error: Error) => {
    if (error instanceof Refusal) throw error;
    if (foundNoCredentials(error)) throw new Refusal(whatIsMissing(process.env));
    throw new Refusal(`Parameter Store in ${region} did not take the keys: ${error.name}: ${error.message}`);
  });
  if (outcome === 'existed') throw new Refusal(`The stage ${stage} has its keys already, in ${path} (${region}). Nothing was changed.`);
  console.log(`The stage ${stage} has its keys now, in ${path} (${region}): signing-key, verification-keys, lookup-secret.`);
  if (from) console.log(`It signs with the key from ${from}. Delete the file now.`);
});

async function read(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((error: Error) => {
    throw new Refusal(`${file} cannot be read: ${error.message}`);
  });
}

function parseOptions(): { stage: string; region: string; from: string | undefined } {
  try {
    const { values } = parseArgs({
      options: { stage: { type: 'string' }, from: { type: 'string' }, region: { type: 'string' }, help: { type: 'boolean' } },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    if (!values.stage) throw new Error('--stage is missing');
    if (values.stage === 'local') throw new Refusal('The stage local gets its keys from npm start.');
    return { stage: values.stage, from: values.from, region: values.region ?? process.env['AWS_REGION'] ?? readService().region };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${(error as Error).message}\n\n${usage}`);
  }
}

/** A session that ran out is a CredentialsProviderError too, but says itself what to do. */
function foundNoCredentials({ name, message }: Error): boolean {
  return name === 'CredentialsProviderError' && message.startsWith('Could not load credentials from any providers');
}

function whatIsMissing({ AWS_PROFILE: profile }: NodeJS.ProcessEnv): string {
  if (profile) return `There are no AWS credentials in the profile ${profile}, which AWS_PROFILE names.`;
  return 'There are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
}

function algorithmOf(stage: string): string {
  try {
    return readStageSettings(readStages(), stage).settings.ALGORITHM;
  } catch (error) {
    throw new Refusal((error as Error).message);
  }
}
