import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { TableNames } from '#lib/settings/tables.ts';
import type { Resources } from '../../plugins/framework.ts';
import { nameTables } from '../../plugins/tables.ts';

/** The tables of resources/tables.yml, with the names that are given. */
export function tableResources(names: TableNames): Resources {
  const { Resources } = parse(readFileSync(new URL('../../resources/tables.yml', import.meta.url), 'utf8'));
  nameTables(Resources, names);
  return Resources;
}
