/** What a row says of somebody, by the names of the file or by ours. */
export type Fields = Readonly<Record<string, unknown>>;

/** What is wrong with a row: never the value itself, which is somebody's. */
export type Complaint = {
  readonly field: string;
  readonly reason: string;
  /** The row that was first, where two want one thing. */
  readonly earlier?: number | undefined;
};

/** One row of a file: fields to make sense of, a line of our own file, or why it could not be read. `line` is where it begins. */
export type Row = { readonly line?: number | undefined } & (
  | { readonly fields: Fields }
  | { readonly record: unknown }
  | { readonly broken: string }
);

/** A file of users, which can be read as often as one likes. What is wrong with all of it is thrown, as a Refusal. */
export type Source = {
  /** What it is, for people: `Django's dumpdata (accounts.user)`. */
  readonly about: string;
  rows(): AsyncGenerator<Row>;
  /** Whether it is of a Django project, whose tokens are to go on being good. */
  readonly isDjango?: boolean;
  /** Fields of it that something is made of without a map, beside those that are called as ours. */
  readonly uses?: readonly string[];
  /** What opens a sealed password of it. */
  readonly open?: ((sealed: string, userId: string) => string | undefined) | undefined;
};

/** A field of a file, by its own name alone, whatever every object is born with. */
export function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
