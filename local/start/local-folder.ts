import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '#local/make-folder.ts';
import { Refusal } from '#local/refusal.ts';
import { lock } from './lock.ts';
import type { StartOptions } from './options.ts';

/** The paths in the folder of local data. */
export type LocalFolder = {
  readonly tables: string;
  readonly objects: string;
  readonly parameters: string;
  readonly log: string;
  readonly endpoints: string;
  readonly streams: string;
};

/** The names in that folder. */
export const names = {
  tables: 'dynamodb',
  objects: 's3',
  parameters: 'parameters.json',
  log: 'log',
  olderLog: 'log.1',
  lock: 'lock',
  endpoints: 'endpoints.json',
  streams: 'streams.json',
} as const;

type Options = Pick<StartOptions, 'folder' | 'folderName' | 'isFresh'>;

/** Opens the folder of local data for this process alone, emptied if `isFresh`. Throws a Refusal with the obstacle. */
export function openLocalFolder(options: Options): LocalFolder {
  const { folder, folderName, isFresh } = options;
  prepare(options);
  try {
    lock(join(folder, names.lock), folderName);
    if (isFresh) empty(options);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(
      `${folderName} cannot be written (${(error as Error).message}). Mend that, or choose another folder: LOCAL_DIR=… npm start -- --fresh`,
    );
  }
  return {
    tables: join(folder, names.tables),
    objects: join(folder, names.objects),
    parameters: join(folder, names.parameters),
    log: join(folder, names.log),
    endpoints: join(folder, names.endpoints),
    streams: join(folder, names.streams),
  };
}

/** A file in the place of the folder is moved aside and never deleted, because its content is unknown. */
function prepare({ folder, folderName, isFresh }: Options): void {
  try {
    const present = statSync(folder, { throwIfNoEntry: false });
    if (present && !present.isDirectory()) {
      if (!isFresh) throw new Refusal(`${folderName} is not a folder. Move it aside and start afresh with: npm start -- --fresh`);
      renameSync(folder, `${folder}.${Date.now()}.aside`);
    }
    makeFolder(folder);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${folderName} cannot be made (${(error as Error).message}). Choose another folder: LOCAL_DIR=… npm start`);
  }
}

/** Deletes only what Gatehouse put there. A folder with anything else may be the user's, whatever LOCAL_DIR says. */
function empty({ folder, folderName }: Options): void {
  const ours = new Set<string>(Object.values(names));
  const present = readdirSync(folder);
  const foreign = present.filter((name) => !ours.has(name) && !/^((parameters|endpoints|streams)\.json\.|lock\.)\d+\.tmp$/.test(name));
  if (foreign.length > 0) {
    throw new Refusal(
      `${folderName} is not emptied: ${foreign.slice(0, 3).join(', ')} in it did not come from Gatehouse. Move that away first.`,
    );
  }
  for (const name of present) if (name !== names.lock) rmSync(join(folder, name), { recursive: true, force: true });
}
