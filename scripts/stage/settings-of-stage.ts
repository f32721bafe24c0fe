import type { Settings } from '#lib/settings/catalogue.ts';
import { readStages } from '#local/project.ts';
import { Refusal } from '#local/refusal.ts';
import { readStageSettings } from '../../plugins/stage-settings.ts';

/** The settings of a stage in stages.yml. Throws a Refusal if there is no such stage or its settings make no sense. */
export function settingsOfStage(stage: string): Settings {
  try {
    return readStageSettings(readStages(), stage).settings;
  } catch (error) {
    throw new Refusal((error as Error).message);
  }
}
