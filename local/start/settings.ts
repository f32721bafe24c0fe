import type { Settings } from '#lib/settings/catalogue.ts';
import { readStages } from '#local/project.ts';
import { Refusal } from '#local/refusal.ts';
import { readStageSettings } from '../../plugins/stage-settings.ts';

/** The settings of the stage `local` as the functions will get them. Throws a Refusal that lists every fault. */
export function readLocalSettings(environment: NodeJS.ProcessEnv): Settings {
  const settings = parsed(environment);
  if (settings.DJANGO_ALGORITHM && !settings.DJANGO_SIGNING_KEY) {
    throw new Refusal(
      'DJANGO_SIGNING_KEY has to be what the Django project signed with, where DJANGO_ALGORITHM says that its tokens are honoured',
    );
  }
  return settings;
}

function parsed(environment: NodeJS.ProcessEnv): Settings {
  try {
    return readStageSettings(readStages(), 'local', environment).settings;
  } catch (error) {
    throw new Refusal((error as Error).message);
  }
}
