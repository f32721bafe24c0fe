import { SSMClient } from '@aws-sdk/client-ssm';
import type { Settings } from '#lib/settings/catalogue.ts';
import { type DynamoEmulator, preferredDynamoEngine, startDynamo } from '#local/emulators/dynamo.ts';
import { type Emulator, EmulatorError, localCredentials } from '#local/emulators/emulator.ts';
import { startParameterStore } from '#local/emulators/parameter-store.ts';
import { startS3 } from '#local/emulators/s3.ts';
import { UnfitKey } from '#local/given-key.ts';
import { keysPath } from '#local/project.ts';
import { Refusal } from '#local/refusal.ts';
import { settleKeys } from '#local/settled-keys.ts';
import type { LocalFolder } from './local-folder.ts';

export type Emulators = { readonly dynamodb: DynamoEmulator; readonly s3: Emulator; readonly ssm: Emulator };

/** The missing DynamoDB of a machine has nothing to do with the data, so starting afresh would not help. */
const startAnew = 'Start afresh with: npm start -- --fresh';

/**
 * Starts the three emulators on the data of a folder. If one cannot use its data, a Refusal says how to start afresh.
 */
export async function startEmulators(folder: LocalFolder, onStarted: (emulator: Emulator) => void): Promise<Emulators> {
  const begin = async <T extends Emulator>(starting: Promise<T>) => {
    const emulator = await starting;
    onStarted(emulator);
    return emulator;
  };
  try {
    const ssm = await begin(startParameterStore({ file: folder.parameters }));
    const s3 = await begin(startS3({ directory: folder.objects }));
    const engine = preferredDynamoEngine();
    if (engine === 'dynamodb-local') console.log('DynamoDB is DynamoDB Local, which can be reached from the network you are in.');
    const dynamodb = await begin(startDynamo({ directory: folder.tables, ...(engine && { engine }) }));
    return { dynamodb, s3, ssm };
  } catch (error) {
    if (!(error instanceof EmulatorError) || /no DynamoDB/.test(error.message)) throw error;
    throw new Refusal(`${error.message.replace(/\.?$/, '.')} ${startAnew}`);
  }
}

/**
 * Makes sure that there are signing keys. A Refusal says how to start afresh, unless a setting gives the key: then that
 * would not help.
 */
export async function createLocalKeys({ ssm }: Emulators, settings: Settings): Promise<'created' | 'existed'> {
  const client = new SSMClient({ endpoint: ssm.endpoint, region: 'us-east-1', credentials: localCredentials });
  try {
    return await settleKeys(settings, keysPath('local'), client);
  } catch (error) {
    throw error instanceof Refusal && !(error instanceof UnfitKey) ? new Refusal(`${error.message} ${startAnew}`) : error;
  } finally {
    client.destroy();
  }
}
