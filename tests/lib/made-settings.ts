import type { Settings } from '#lib/settings/catalogue.ts';
import { parseSettings } from '#lib/settings/parse.ts';
import { tableNames } from '#lib/settings/tables.ts';

/** The settings that name resources, with the values of a laptop. */
export const places = {
  STAGE: 'local',
  ...tableNames('gatehouse', 'local'),
  MEDIA_BUCKET: 'media',
  DECODER_FUNCTION: 'decoder',
  KEYS_PATH: '/gatehouse/local',
};

/** The settings of a laptop, with changes. */
export function madeSettings(given: Readonly<Record<string, string>> = {}): Settings {
  return parseSettings({ ...places, ...given });
}
