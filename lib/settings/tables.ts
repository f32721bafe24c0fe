/**
 * Every table, as the setting that has its name. The other names follow from it: `API_TOKENS_TABLE` has the name
 * `gatehouse-<stage>-api-tokens`, and `resources/tables.yml` declares its keys as `ApiTokensTable`.
 */
export const tableSettings = [
  'USERS_TABLE',
  'IDENTIFIERS_TABLE',
  'ROLES_TABLE',
  'SESSIONS_TABLE',
  'TOKEN_BLACKLIST_TABLE',
  'API_TOKENS_TABLE',
  'SHORT_LIVED_TABLE',
  'OUTBOX_TABLE',
  'AUDIT_TABLE',
] as const;

type TableSetting = (typeof tableSettings)[number];
export type TableNames = Readonly<Record<TableSetting, string>>;

/** The names of all tables of a stage. */
export function tableNames(service: string, stage: string): TableNames {
  const nameOf = (setting: TableSetting) => [service, stage, ...wordsOf(setting)].join('-');
  return Object.fromEntries(tableSettings.map((setting) => [setting, nameOf(setting)])) as TableNames;
}

/** What `resources/tables.yml` calls a table: `ApiTokensTable` for `API_TOKENS_TABLE`. */
export function logicalIdOf(setting: TableSetting): string {
  const words = wordsOf(setting).map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Table`;
}

function wordsOf(setting: TableSetting): string[] {
  return setting.toLowerCase().split('_').slice(0, -1);
}
