import { logicalIdOf, type TableNames, tableSettings } from '#lib/settings/tables.ts';
import type { Resources } from './framework.ts';

/**
 * Gives each table in the resources its name. Throws an Error if a table is missing in `resources/tables.yml` or in the list in
 * `lib/settings/tables.ts`.
 */
export function nameTables(resources: Resources, names: TableNames): void {
  const ids = Object.keys(resources).filter((id) => resources[id]?.Type === 'AWS::DynamoDB::Table');
  const listed = tableSettings.map(logicalIdOf);
  const unlisted = ids.filter((id) => !listed.includes(id));
  if (unlisted.length > 0) throw new Error(`lib/settings/tables.ts has no setting for ${unlisted.join(', ')} in resources/tables.yml`);
  for (const setting of tableSettings) {
    const table = resources[logicalIdOf(setting)];
    if (!table) throw new Error(`resources/tables.yml has no ${logicalIdOf(setting)}, the table of ${setting}`);
    table.Properties = { ...table.Properties, TableName: names[setting] };
  }
}
