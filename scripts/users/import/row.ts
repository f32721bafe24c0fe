/** The fields of a row, by the names of the file or by ours. */
export type Fields = Readonly<Record<string, unknown>>;

/** A fault of a row. It never has the value itself, which may be personal. */
export type Complaint = {
  readonly field: string;
  readonly reason: string;
  /** The earlier row, if two rows claim the same. */
  readonly earlier?: number | undefined;
};

/**
 * One row of a file: fields to interpret, a line of our own format, or the reason why it could not be read. `line` is
 * its first line.
 */
export type Row = { readonly line?: number | undefined } & (
  | { readonly fields: Fields }
  | { readonly record: unknown }
  | { readonly broken: string }
);

/** A file of users, which can be read many times. A fault of the whole file is thrown as a Refusal. */
export type Source = {
  /** Its kind, for people: `Django's dumpdata (accounts.user)`. */
  readonly about: string;
  rows(): AsyncGenerator<Row>;
  /** Whether it comes from a Django project, whose tokens shall stay valid. */
  readonly isDjango?: boolean;
  /** Fields that are used without a map, besides those with our names. */
  readonly uses?: readonly string[];
  /** Opens a sealed password of the file. */
  readonly open?: ((sealed: string, userId: string) => string | undefined) | undefined;
};

/** A field of a file by its own name, never an inherited property. */
export function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
