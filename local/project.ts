import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { Refusal } from './refusal.ts';

/** The folder of the repository, without a slash at its end. */
export const projectFolder = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/** The stages in `stages.yml`, unchecked. */
export function readStages(): Record<string, unknown> {
  try {
    return parse(readFileSync(join(projectFolder, 'stages.yml'), 'utf8'));
  } catch (error) {
    throw new Refusal(`stages.yml cannot be read: ${(error as Error).message}`);
  }
}

/** The name of the service and its default region, from serverless.yml. */
export function readService(): { name: string; region: string } {
  const { service, provider } = parse(readFileSync(join(projectFolder, 'serverless.yml'), 'utf8'), { logLevel: 'error' });
  const fallback = /'([a-z]+(?:-[a-z0-9]+)+)'\s*\}$/.exec(provider.region)?.[1];
  return { name: service, region: fallback ?? provider.region };
}

/** The path of a stage's keys in Parameter Store. */
export function keysPath(stage: string): string {
  return `/${readService().name}/${stage}`;
}
