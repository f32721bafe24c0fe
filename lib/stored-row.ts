type Row = Readonly<Record<string, unknown>>;
type Types = { string: string; number: number; boolean: boolean };
type Kind = keyof Types;
type Attributes = Readonly<Record<string, Kind | `${Kind}?`>>;
type TypeOf<T> = T extends Kind | `${infer K extends Kind}?` ? Types[T extends Kind ? T : K] : never;

/** The type of a row that is described by its attributes; those with a question mark may be missing. */
export type RowOf<A extends Attributes> = {
  readonly [Name in keyof A as A[Name] extends Kind ? Name : never]: TypeOf<A[Name]>;
} & { readonly [Name in keyof A as A[Name] extends Kind ? never : Name]?: TypeOf<A[Name]> };

/**
 * Makes the function that reads rows of one kind. It throws if an attribute is missing or of another type, instead of handing on what rules
 * cannot judge. The message has the key of the row, and no other value of it.
 */
export function rowReader<const A extends Attributes>(kind: string, key: readonly (keyof A & string)[], attributes: A) {
  return (row: Row): RowOf<A> => {
    for (const [name, type] of Object.entries(attributes)) {
      const found = typeof row[name];
      if (type === found || type === `${found}?` || (found === 'undefined' && type.endsWith('?'))) continue;
      const place = key.map((part) => `${part} ${row[part]}`).join(', ');
      throw new Error(`damaged row of ${kind} (${place}): ${name} is ${found}, not ${type}`);
    }
    return row as RowOf<A>;
  };
}
