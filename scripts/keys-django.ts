import { parseArgs } from 'node:util';
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { catalogue } from '#lib/settings/catalogue.ts';
import { givenDjangoKey } from '#local/given-key.ts';
import { keysPath, readService, readStages } from '#local/project.ts';
import { Refusal, runCommand } from '#local/refusal.ts';
import { readStageSettings } from '../plugins/stage-settings.ts';
import { keyInFile } from './stage/key-file.ts';
import { parameterStoreFault } from './stage/parameter-store-fault.ts';

const usage = `Usage: npm run keys:django -- --stage <stage> --from <file> [--algorithm <algorithm>] [--region <region>]
       npm run keys:django -- --stage <stage> --remove [--region <region>]

Stores the key of a Django project (SIGNING_KEY, by default SECRET_KEY) in Parameter Store, so that its tokens are accepted
until they expire. The default algorithm is DJANGO_ALGORITHM of the stage in stages.yml. Only the public half of a key pair is
stored. --remove deletes the key. After KEY_CACHE at the latest, all its tokens are refused.`;

await runCommand(async () => {
  const { stage, region, from, algorithm, remove } = parseOptions();
  const ssm = new SSMClient({ region });
  const Name = `${keysPath(stage)}/django-signing-key`;
  try {
    if (remove) await ssm.send(new DeleteParameterCommand({ Name }));
    else
      await ssm.send(
        new PutParameterCommand({
          Name,
          Value: await keyInFile(from, (text) => givenDjangoKey(text, algorithm)),
          Type: 'SecureString',
          Overwrite: true,
        }),
      );
    console.log(remove ? `${Name} (${region}) is deleted.` : `${Name} (${region}) is stored: ${algorithm}. Delete the file now.`);
  } catch (error) {
    throw parameterStoreFault(error, region);
  } finally {
    ssm.destroy();
  }
});

function parseOptions() {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({ options: { stage: text, from: text, algorithm: text, region: text, remove: flag, help: flag } });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const { stage, from = '', remove } = values;
    if (!stage) throw new Error('--stage is missing');
    if (stage === 'local')
      throw new Refusal('The stage local takes DJANGO_ALGORITHM and DJANGO_SIGNING_KEY from the environment of npm start.');
    if (!from && !remove) throw new Error('--from is missing');
    if (remove && (from || values.algorithm)) throw new Error('--remove takes neither --from nor --algorithm');
    const algorithm = algorithmFor(stage, values.algorithm);
    if (!algorithm && !remove) throw new Error('--algorithm is missing, and stages.yml has no DJANGO_ALGORITHM');
    return { stage, from, remove, algorithm, region: values.region ?? process.env['AWS_REGION'] ?? readService().region };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${(error as Error).message}\n\n${usage}`);
  }
}

/** The algorithm of --algorithm, or of the stage. Throws if there is no such stage or algorithm. */
function algorithmFor(stage: string, given: string | undefined): string {
  const { DJANGO_ALGORITHM } = readStageSettings(readStages(), stage).settings;
  const { kind } = catalogue.DJANGO_ALGORITHM;
  if (given !== undefined && !kind.read(given))
    throw new Error(`--algorithm is ${given}, but has to be ${kind.expected.replace('empty, or ', '')}`);
  return given ?? DJANGO_ALGORITHM;
}
