import type { Settings } from '#lib/settings/catalogue.ts';
import type { NameRules } from './read-names.ts';

/** Reads the rules for names from the settings. */
export function nameRules({
  DEFAULT_REGION: region,
  RESERVED_USERNAMES,
}: Pick<Settings, 'DEFAULT_REGION' | 'RESERVED_USERNAMES'>): NameRules {
  return { region, reservedUsernames: new Set(RESERVED_USERNAMES.split(',').map((name) => name.trim().toLowerCase())) };
}
