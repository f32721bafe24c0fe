import type { Settings } from '../../lib/settings.ts';
import { readStageSettings } from '../../plugins/stage-settings.ts';
import { readStages } from '../project.ts';
import { Refusal } from '../refusal.ts';

/** The settings of the stage `local` as the functions will get them; throws a Refusal that names everything wrong with them. */
export function readLocalSettings(environment: NodeJS.ProcessEnv): Settings {
  try {
    return readStageSettings(readStages(), 'local', environment).settings;
  } catch (error) {
    throw new Refusal((error as Error).message);
  }
}
