import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a package was made for, and what it is deployed to. */
export type Destination = { readonly service: string; readonly stage: string; readonly region: string };

/**
 * Throws an Error if a package was made for another stage or region: it would put the names and settings of that one
 * into the stack.
 */
export async function refuseOtherPackage(directory: string, wanted: Destination): Promise<void> {
  const state = await readFile(join(directory, 'serverless-state.json'), 'utf8').then(JSON.parse, (error: Error) => {
    throw new Error(`${directory} is no package: ${error.message}`);
  });
  const { service, provider = {} } = Object(state.service);
  // `provider.stage` is the default of the framework, whatever --stage was.
  const found: Destination = { service, stage: provider.environment?.STAGE, region: provider.region };
  for (const name of ['service', 'stage', 'region'] as const) {
    if (found[name] !== wanted[name]) throw new Error(`${directory} was packaged for the ${name} ${found[name]}, not for ${wanted[name]}`);
  }
}
