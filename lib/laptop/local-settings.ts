import type { Settings } from '#lib/settings/catalogue.ts';
import { readSettings, SettingsError } from '#lib/settings/parse.ts';

/** The settings of a developer's machine. A function in functions/dev does not start on any other stage. */
export function readLocalSettings(): Settings {
  const settings = readSettings();
  if (settings.STAGE !== 'local') throw new SettingsError(['STAGE has to be local for functions/dev: it shows all messages to everyone']);
  return settings;
}
