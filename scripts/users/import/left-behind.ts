import type { Source } from './row.ts';
import { ourFields, type Rules } from './rules.ts';

/** Fields of Django that Gatehouse does not use. */
const known = new Set([...ourFields, 'user_permissions', 'attributes']);

/** A source that records the names of unused fields, because a `--map` may have been forgotten. */
export function watched(source: Source, { names }: Pick<Rules, 'names'>): { readonly source: Source; readonly leftBehind: Set<string> } {
  const used = new Set([...names.values(), ...known, ...(source.uses ?? [])]);
  const leftBehind = new Set<string>();
  return {
    leftBehind,
    source: {
      ...source,
      async *rows() {
        for await (const row of source.rows()) {
          if ('fields' in row) for (const name of Object.keys(row.fields)) if (!used.has(name)) note(leftBehind, name);
          yield row;
        }
      },
    },
  };
}

/** Files that are not tables have as many names as rows. */
function note(names: Set<string>, name: string): void {
  if (names.size < 50 && !name.startsWith('attributes.')) names.add(name.slice(0, 64));
}
