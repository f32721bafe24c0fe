import type { Settings } from '#lib/settings/catalogue.ts';
import { parseSettings } from '#lib/settings/parse.ts';

/** The settings that name resources, with the values of a laptop. */
export const places = {
  STAGE: 'local',
  USERS_TABLE: 'users',
  IDENTIFIERS_TABLE: 'identifiers',
  ROLES_TABLE: 'roles',
  SESSIONS_TABLE: 'sessions',
  TOKEN_BLACKLIST_TABLE: 'token-blacklist',
  API_TOKENS_TABLE: 'api-tokens',
  CACHE_TABLE: 'cache',
  OUTBOX_TABLE: 'outbox',
  MEDIA_BUCKET: 'media',
  KEYS_PATH: '/gatehouse/local',
};

/** The settings of a laptop, with changes. */
export function madeSettings(given: Readonly<Record<string, string>> = {}): Settings {
  return parseSettings({ ...places, ...given });
}
