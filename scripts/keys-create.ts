import { parseArgs } from 'node:util';
import { SSMClient } from '@aws-sdk/client-ssm';
import { readStageSettings } from '../plugins/stage-settings.ts';
import { keysPath, readService, readStages } from './project.ts';
import { Refusal, runCommand } from './refusal.ts';
import { createStageKeys } from './stage-keys.ts';

const usage = `Usage: npm run keys:create -- --stage <stage> [--region <region>]

Makes the key pair and the secret of a deployed stage, once, and puts them into Parameter Store with the credentials that the
AWS command line would use. The algorithm is ALGORITHM of the stage in stages.yml. What is there already is never changed.`;

await runCommand(async () => {
  const { stage, region } = parseOptions();
  const algorithm = algorithmOf(stage);
  const path = keysPath(stage);
  const ssm = new SSMClient({ region });
  const outcome = await createStageKeys({ path, algorithm, ssm }).catch((error: Error) => {
    if (error instanceof Refusal) throw error;
    if (foundNoCredentials(error)) throw new Refusal(whatIsMissing(process.env));
    throw new Refusal(`Parameter Store in ${region} did not take the keys: ${error.name}: ${error.message}`);
  });
  if (outcome === 'existed') throw new Refusal(`The stage ${stage} has its keys already, in ${path} (${region}). Nothing was changed.`);
  console.log(`The stage ${stage} has its keys now, in ${path} (${region}): signing-key, verification-keys, lookup-secret.`);
});

function parseOptions(): { stage: string; region: string } {
  try {
    const { values } = parseArgs({ options: { stage: { type: 'string' }, region: { type: 'string' }, help: { type: 'boolean' } } });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    if (!values.stage) throw new Error('--stage is missing');
    if (values.stage === 'local') throw new Refusal('The stage local gets its keys from npm start.');
    return { stage: values.stage, region: values.region ?? process.env['AWS_REGION'] ?? readService().region };
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
